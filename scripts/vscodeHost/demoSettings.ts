// User settings under which Osprey answers at once: a fresh install has no model and asks for one.

export const demoSettings: Readonly<Record<string, unknown>> = { "osprey.chat.model": "demo" }
