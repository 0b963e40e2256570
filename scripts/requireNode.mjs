// First step of every npm script that runs TypeScript: stops with one sentence when Node is too old for that.
// Plain old JavaScript, because it has to run on the Node that is too old (16 and up).
const wanted = 24
const major = Number(process.versions.node.split(".")[0])
if (major < wanted) {
  const remedy =
    process.platform === "darwin"
      ? "install Node 24 or newer (https://nodejs.org)"
      : "run `npm ci` without --omit=optional, which brings Node 24 as an optional dependency on Linux and Windows, and start through npm (`npm start`, `npm test`)"
  console.error(`Osprey's scripts need Node ${wanted} or newer, and this is ${process.version}: ${remedy}.`)
  process.exit(1)
}
