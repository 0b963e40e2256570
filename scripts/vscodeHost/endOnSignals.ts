// Lets a process that is told to end run its exit listeners, which end what it started. Without this, and with
// playwright's own listeners, a killed test run would leave servers behind.

export function endOnSignals(): void {
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => process.exit(code))
  }
}
