// The folder that `npm start` opens: a small shop in TypeScript with one Python script, enough to ask about. Written
// once; what the user changes in it stays.
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import path from "node:path"

/** Writes the files that are missing; the folder's absolute path. */
export function makeSampleWorkspace(folder: string): string {
  if (existsSync(folder)) return folder
  for (const [name, lines] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, `${lines.join("\n")}\n`)
  }
  return folder
}

const files: Readonly<Record<string, readonly string[]>> = {
  "README.md": [
    "# Sample shop",
    "",
    "A few files to try Osprey on. Ask in its sidebar: What does src/orderTotal.ts do?",
  ],
  "src/orderTotal.ts": [
    "export function orderTotal(prices: number[]): number {",
    "  let total = 0",
    "  for (const price of prices) {",
    "    total += price",
    "  }",
    "  return total",
    "}",
  ],
  "src/checkout.ts": [
    'import { orderTotal } from "./orderTotal.ts"',
    'import { taxFor } from "./taxFor.ts"',
    "",
    "/** What the customer pays, in cents. */",
    "export function checkout(prices: number[], country: string): number {",
    "  const net = orderTotal(prices)",
    "  return net + taxFor(net, country)",
    "}",
  ],
  "src/taxFor.ts": [
    "export function taxFor(net: number, country: string): number {",
    "  const rate = rates[country] ?? 0",
    "  return Math.round(net * rate)",
    "}",
    "",
    "// TODO: reduced rates for books and food",
    "const rates: Readonly<Record<string, number>> = { de: 0.19, fr: 0.2, lu: 0.17 }",
  ],
  // With one mistake in it, for Fix.
  "src/shipping.ts": ["export function shoutOut(title: string) {", "  return title.toUppercase()", "}"],
  "scripts/report.py": [
    "def read_orders(path):",
    "    with open(path) as file:",
    '        return [line.strip().split(";") for line in file]',
    "",
    "",
    "def best_sellers(orders, limit=10):",
    "    counts = {}",
    "    for name, _price, count in orders:",
    "        counts[name] = counts.get(name, 0) + int(count)",
    "    return sorted(counts, key=counts.get, reverse=True)[:limit]",
  ],
}
