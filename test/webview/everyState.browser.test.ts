// Every state of the page in every kind of theme and at every width: readable for all, no violation of the policy,
// no style attribute, nothing that sticks out sideways. In a real Chromium, on the built page.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { after, before, test } from "node:test"
import type { AxeResults, RunOptions } from "axe-core"
import { type ChatPageBrowser, chatPageBrowser } from "./chatPageBrowser.ts"
import { searches, stateOf, states, turn } from "./chatPageStates.ts"
import { type ThemeName, themes } from "./chatPageThemes.ts"
import { downloads, noDownload, readyDownload } from "./downloadStates.ts"
import { closed, endpointPages } from "./endpointPageStates.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
const widths = [170, 220, 300, 320, 480, 640]
const noModel = states.noModel ?? { type: "focusComposer" }
const asks = states.asks ?? noModel
/** By name, the messages that make the state. */
const all = [
  ...Object.entries(endpointPages).map(([name, message]) => [name, [stateOf([turn({})]), message]] as const),
  ["endpointWhileAsking", [asks, endpointPages.endpointDone ?? closed]] as const,
  ["endpointLeft", [closed]] as const,
  ...Object.entries(states).map(([name, message]) => [name, [message]] as const),
  ...Object.entries(searches).map(([name, message]) => [name, [noModel, message]] as const),
  ...Object.entries(downloads).map(([name, message]) => [name, [noModel, message]] as const),
  ["downloadReady", [states.empty ?? noModel, readyDownload]] as const,
  ["downloadOver", [noDownload]] as const,
]

let browser: ChatPageBrowser

before(async () => {
  browser = await chatPageBrowser()
})
after(() => browser.close())

for (const theme of Object.keys(themes) as ThemeName[]) {
  test(`axe finds nothing against WCAG A and AA in any state: ${theme}`, async () => {
    const chat = await browser.open({ theme })
    await chat.page.evaluate(axe)
    for (const [name, messages] of all) {
      await chat.send(...messages)
      await chat.openAllRows()
      await chat.drawn()
      const faults = await chat.page.evaluate(runAxe, theme.startsWith("hc"))
      assert.deepEqual(faults, [], `${name}, ${theme}`)
      assert.equal(await chat.page.locator("[style]").count(), 0, `style attribute in ${name}`)
    }
    assert.deepEqual(await chat.faults(), [])
    await chat.close()
  })
}

test("nothing sticks out sideways at any width, with rows open", async () => {
  const chat = await browser.open()
  for (const [name, messages] of all) {
    await chat.send(...messages)
    await chat.openAllRows()
    for (const width of widths) {
      await chat.page.setViewportSize({ width, height: 640 })
      await chat.drawn()
      assert.deepEqual(await chat.page.evaluate(sticksOut), [], `${name} at ${width} px`)
    }
  }
  assert.deepEqual(await chat.faults(), [])
  await chat.close()
})

test("motion stops where the user asks for it", async () => {
  const chat = await browser.open()
  await chat.send(states.thinking ?? { type: "focusComposer" })
  const animation = () =>
    chat.page
      .locator(".spinner")
      .first()
      .evaluate(spinner => getComputedStyle(spinner).animationName)
  assert.equal(await animation(), "turn")
  await chat.page.emulateMedia({ reducedMotion: "reduce" })
  assert.equal(await animation(), "none")
  await chat.page.emulateMedia({ reducedMotion: "no-preference" })
  await chat.page.evaluate(() => document.body.classList.add("vscode-reduce-motion"))
  assert.equal(await animation(), "none")
  await chat.close()
})

test("right-to-left text reads from the right, code never does", async () => {
  const chat = await browser.open()
  await chat.send(states.markdown ?? { type: "focusComposer" })
  const direction = (selector: string) =>
    chat.page
      .locator(selector)
      .first()
      .evaluate(element => getComputedStyle(element).direction)
  assert.equal(await direction(".markdown p:has-text('שלום')"), "rtl")
  assert.equal(await direction(".markdown pre"), "ltr")
  await chat.close()
})

declare const window: Window & { axe: { run(options: RunOptions): Promise<AxeResults> } }

/** In the page: what axe found, as sentences. High contrast must reach 7:1. */
async function runAxe(highContrast: boolean): Promise<readonly string[]> {
  const { violations } = await window.axe.run({
    preload: false,
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    rules: { "color-contrast-enhanced": { enabled: highContrast } },
    resultTypes: ["violations"],
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html} ${node.failureSummary}`),
  )
}

/** In the page: elements wider than it, unless they scroll in themselves. */
function sticksOut(): readonly string[] {
  const scrolls = (element: Element | null): boolean =>
    element !== null &&
    !element.matches(".log, main, body") &&
    (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX) ||
      scrolls(element.parentElement))
  return [...document.querySelectorAll("main *")]
    .filter(
      element =>
        element.getBoundingClientRect().right > window.innerWidth + 0.5 && !scrolls(element.parentElement),
    )
    .map(element => `${element.tagName}.${element.className}`)
}
