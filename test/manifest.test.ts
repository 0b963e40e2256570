// package.json says to VS Code what the code says to itself: settings, commands, limits of trust. Both are held
// against each other here, so neither can drift.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { quickActions } from "../src/actions/quickActions.ts"
import { settingsKeys, settingsSection } from "../src/vscode/settingsKeys.ts"

const root = path.resolve(import.meta.dirname, "..")
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"))
const properties: Record<string, Record<string, unknown>> = manifest.contributes.configuration.properties

test("every setting of the code is in the manifest with the same type, default, range and scope", () => {
  const expected = settingsKeys.map(setting => [
    `${settingsSection}.${setting.key}`,
    {
      type: setting.type === "enum" ? "string" : setting.type === "strings" ? "array" : setting.type,
      default: setting.default,
      scope: setting.scope === "window" ? undefined : setting.scope,
      enum: setting.type === "enum" ? [...setting.values] : undefined,
      minimum: "minimum" in setting ? setting.minimum : undefined,
      maximum: "maximum" in setting ? setting.maximum : undefined,
    },
  ])
  const found = Object.entries(properties).map(([name, property]) => [
    name,
    {
      type: property.type,
      default: property.default,
      scope: property.scope,
      enum: property.enum,
      minimum: property.minimum,
      maximum: property.maximum,
    },
  ])
  assert.deepEqual(found, expected)
})

test("what decides where data goes or what runs is application scope and restricted (SR-1)", () => {
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations
  const relevant = settingsKeys.filter(setting => setting.securityRelevant)
  assert.ok(relevant.every(setting => setting.scope === "application"))
  assert.deepEqual(
    restricted,
    relevant.map(setting => `${settingsSection}.${setting.key}`),
  )
})

test("every setting has a description for people", () => {
  for (const [name, property] of Object.entries(properties))
    assert.ok(property.description ?? property.markdownDescription, name)
})

test("every command of the manifest is registered, and no other", () => {
  const files = readdirSync(path.join(root, "src/vscode")).map(name => path.join(root, "src/vscode", name))
  const text = files.map(file => readFileSync(file, "utf8")).join("\n")
  const written = text.matchAll(/(?:^ {4}|registerCommand\(|\bcommand\()"(osprey\.\w+)"(?::|,)/gm)
  const registered = [...written]
    .map(match => match[1])
    .concat(quickActions.map(action => `osprey.${action.id}`))
  const declared: string[] = manifest.contributes.commands.map((each: { command: string }) => each.command)
  assert.deepEqual(declared.toSorted(), registered.toSorted())
})

test("menus and keys name commands that exist", () => {
  const declared = new Set(manifest.contributes.commands.map((each: { command: string }) => each.command))
  const used: { command?: string }[] = [
    ...Object.values(manifest.contributes.menus).flat(),
    ...manifest.contributes.keybindings,
  ] as never
  assert.deepEqual(
    used.filter(({ command }) => command !== undefined && !declared.has(command)),
    [],
  )
})

test("the walkthrough has three steps whose pictures ship and whose links exist", () => {
  const [walkthrough] = manifest.contributes.walkthroughs
  const steps: { description: string; media: { svg: string; altText: string } }[] = walkthrough.steps
  assert.equal(steps.length, 3)
  const declared = new Set(manifest.contributes.commands.map((each: { command: string }) => each.command))
  for (const { description, media } of steps) {
    assert.match(media.svg, /^media\/walkthrough\/\w+\.svg$/)
    assert.match(readFileSync(path.join(root, media.svg), "utf8"), /^<svg /)
    assert.ok(media.altText)
    const own = [...description.matchAll(/\(command:(osprey\.[\w.]+)\)/g)].map(match => match[1])
    assert.deepEqual(
      own.filter(command => !declared.has(command) && command !== "osprey.chat.focus"),
      [],
    )
  }
  assert.match(readFileSync(path.join(root, ".vscodeignore"), "utf8"), /^!media\/walkthrough\/\*\.svg$/m)
})

test("the outward contract: names, licence, engine, no scripts that run by themselves", () => {
  assert.equal(`${manifest.publisher}.${manifest.name}`, "osprey.osprey")
  assert.equal(manifest.displayName, "Osprey: gpt-oss coding assistant")
  assert.equal(manifest.license, "Apache-2.0")
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies["@types/vscode"].replace(/\d+$/, "0")}`)
  assert.equal(manifest.repository, undefined)
  assert.equal(manifest.enabledApiProposals, undefined)
  assert.equal(manifest.dependencies, undefined, "everything that ships is bundled")
  assert.deepEqual(
    Object.keys(manifest.scripts).filter(name => /^(pre|post)|^install$|^prepare$/.test(name)),
    [],
  )
  assert.ok(!manifest.activationEvents.includes("*"))
})

test("dependencies are pinned to exact versions", () => {
  const all = { ...manifest.devDependencies, ...manifest.optionalDependencies }
  assert.deepEqual(
    Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version))),
    [],
  )
})

test(".vscodeignore is an allow-list", () => {
  const lines = readFileSync(path.join(root, ".vscodeignore"), "utf8").trim().split("\n")
  assert.equal(lines[0], "**")
  assert.deepEqual(
    lines.slice(1).filter(line => !line.startsWith("!")),
    [],
  )
  assert.ok(!lines.some(line => /node_modules|src|test|scripts/.test(line)))
})

test("no API proposal is named in the source", () => {
  const sources = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" }).filter(name =>
    name.endsWith(".ts"),
  )
  const faults = sources.filter(name =>
    /vscode\.proposed|enabledApiProposals/.test(readFileSync(path.join(root, "src", name), "utf8")),
  )
  assert.deepEqual(faults, [])
})
