// /sys/class/power_supply of several computers, as folders → whether the computer runs on battery.
import assert from "node:assert/strict"
import { test } from "node:test"
import { linuxOnBattery } from "../../../../src/model/local/power/linuxOnBattery.ts"
import { never } from "../../../support/runtimeTest.ts"
import { temporaryFolder } from "../../../support/temporaryFolder.ts"

type Supply = Readonly<Partial<Record<"type" | "online" | "status" | "scope", string>>>

const plug = (online: "0" | "1"): Supply => ({ type: "Mains", online })
const battery = (status: string): Supply => ({ type: "Battery", status })
const usbC = (online: "0" | "1"): Supply => ({ type: "USB", online, scope: "System" })
const mouse: Supply = { type: "Battery", status: "Discharging", scope: "Device" }

const computers: readonly (readonly [
  name: string,
  onBattery: boolean,
  supplies: Readonly<Record<string, Supply>>,
])[] = [
  ["unplugged", true, { AC: plug("0"), BAT0: battery("Discharging") }],
  ["charging", false, { AC: plug("1"), BAT0: battery("Charging") }],
  ["full, with a plug of another name", false, { ADP1: plug("1"), BAT1: battery("Full") }],
  [
    "held at 80 %, with a plug of yet another name",
    false,
    { ACAD: plug("1"), BAT1: battery("Not charging") },
  ],
  [
    "a weak charger: plugged in while the battery shrinks",
    false,
    { AC0: plug("1"), BAT0: battery("Discharging") },
  ],
  [
    "fed through USB-C",
    false,
    { AC: plug("0"), "ucsi-source-psy-1": usbC("1"), BAT0: battery("Discharging") },
  ],
  [
    "USB-C without a charger",
    true,
    { AC: plug("0"), "ucsi-source-psy-1": usbC("0"), BAT0: battery("Discharging") },
  ],
  [
    "two batteries, one at a time",
    true,
    { AC: plug("0"), BAT0: battery("Discharging"), BAT1: battery("Not charging") },
  ],
  ["no word of a plug", true, { BAT0: battery("Discharging") }],
  ["a battery that doesn't know", false, { AC: plug("0"), BAT0: battery("Unknown") }],
  ["a desktop with a wireless mouse", false, { hidpp_battery_0: mouse }],
  ["a desktop behind a UPS, in a power cut", true, { hiddev0: { type: "UPS", status: "Discharging" } }],
  ["nothing", false, {}],
]

for (const [name, onBattery, supplies] of computers)
  test(`${name}: ${onBattery ? "battery" : "mains"}`, async t => {
    const files = Object.entries(supplies).flatMap(([supply, values]) =>
      Object.entries(values).map(([file, value]) => [`${supply}/${file}`, `${value}\n`] as const),
    )
    const folder = await temporaryFolder(t, Object.fromEntries(files))
    assert.equal(await linuxOnBattery(folder, never), onBattery)
  })

test("a computer that has no such folder can't say", async t => {
  const folder = await temporaryFolder(t)
  await assert.rejects(linuxOnBattery(`${folder}/absent`, never))
})
