import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import path from "node:path"
import { test } from "node:test"
import { pathClass } from "../../src/workspace/pathClass.ts"
import { protectedPatterns, secretPatterns } from "../../src/workspace/pathPatterns.ts"

function classes(...paths: string[]): string[] {
  return [...new Set(paths.map(path => pathClass(path.split("/"))))]
}

test("files that hold keys or passwords are secret, in any folder (SEC-023)", () => {
  const files = [
    ".env",
    ".env.local",
    "config/.env.prod",
    "server.pem",
    "a/tls.key",
    "id_ed25519",
    "keys/id_rsa",
  ]
  assert.deepEqual(classes(...files), ["secret"])
  const dotFiles = [
    ".npmrc",
    ".netrc",
    ".pgpass",
    ".htpasswd",
    ".git/config",
    "sub/.git/config",
    ".aws/credentials",
  ]
  assert.deepEqual(classes(...dotFiles), ["secret"])
  const data = [
    "terraform.tfstate",
    "x.tfstate.backup",
    "service-account.json",
    "gcp/service-account-prod.json",
  ]
  assert.deepEqual(classes(...data), ["secret"])
  const stores = [
    ".kube/config",
    ".docker/config.json",
    "a.pfx",
    "a.p12",
    "a.jks",
    "a.keystore",
    "secrets.yaml",
  ]
  assert.deepEqual(classes(...stores), ["secret"])
})

test("the beginning list of SR-5 is protected", () => {
  const list = [
    "package.json server.xml build.rs web.config .gitattributes Cargo.toml .yarnrc .yarnrc.yml .pnpmfile.cjs",
    "pnpm-workspace.yaml a.code-workspace a.csproj a.fsproj a.vbproj a.vcxproj a.proj a.targets a.props a.gradle",
    "build.gradle.kts gradle.properties yarn.lock Cargo.lock pnpm-lock.yaml package-lock.json .mcp.json",
    ".vscode/settings.json .vscode/tasks.json .github/agents/x.md .github/hooks/x.sh .github/workflows/ci.yml",
    ".claude/settings.json .claude/agents/a.md .codex/config.toml .devcontainer/devcontainer.json .husky/pre-commit",
    ".git/HEAD .git/hooks/pre-commit .git .bashrc .zshrc .profile AGENTS.md CLAUDE.md .github/copilot-instructions.md",
    ".gitignore .ignore sub/package.json",
  ]
  assert.deepEqual(classes(...list.join(" ").split(" ")), ["protected"])
})

test("other files are normal", () => {
  const files = [
    "src/a.ts",
    "README.md",
    "environment.ts",
    "src/env.ts",
    "keys.ts",
    "git/config",
    "kube/config",
  ]
  assert.deepEqual(classes(...files, "config.json", "locks.md", "vscode/settings.json", "package.json.md"), [
    "normal",
  ])
})

test("case, Turkish letters, invisible letters and dropped endings change nothing (SEC-022)", () => {
  assert.deepEqual(
    classes(".ENV", ".Env.Local", ".eNv.", ".env ", ".e\u200cnv", "ID_RSA", "İD_RSA", "ıd_rsa"),
    ["secret"],
  )
  assert.deepEqual(classes(".git/config::$DATA", ".env:x", "\ufeff.env", "SERVER.PEM", ".GIT/Config"), [
    "secret",
  ])
  const names = [".VSCODE/Settings.JSON", ".Git/HOOKS/pre-commit", "PACKAGE.json", ".GitHub/Workflows/x.yml"]
  assert.deepEqual(
    classes(...names, ".GİT/hooks/x", ".gıt/hooks/x", ".vscode./tasks.json", "GIT~1/hooks/x"),
    ["protected"],
  )
})

test("no user's locale changes a class (SEC-022, tr-TR)", () => {
  const file = path.resolve(import.meta.dirname, "../../src/workspace/pathClass.ts")
  const names = [
    ".VSCODE/Settings.JSON",
    ".Git/HOOKS/pre-commit",
    ".ENV",
    "ID_RSA",
    ".GitHub/Workflows/x.yml",
    "PACKAGE.JSON",
  ]
  const code = `import { pathClass } from ${JSON.stringify(`file://${file.replaceAll("\\", "/")}`)}
    console.log(new Intl.DateTimeFormat().resolvedOptions().locale, ${JSON.stringify(names)}.map(n => pathClass(n.split("/"))).join())`
  const env = { ...process.env, LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" }
  const run = spawnSync(process.execPath, ["--input-type=module", "--no-warnings", "-e", code], {
    env,
    encoding: "utf8",
  })
  const [locale, classes] = run.stdout.trim().split(" ")
  // Elsewhere the locale comes from the system, not from the environment.
  assert.equal(locale, process.platform === "linux" ? "tr-TR" : locale)
  assert.equal(classes, "protected,protected,secret,secret,protected,protected", run.stderr)
})

test("the lists are in lower case and without doubles", () => {
  for (const list of [secretPatterns, protectedPatterns]) {
    assert.deepEqual(
      list.map(String),
      list.map(pattern => pattern.toLowerCase()),
    )
    assert.equal(new Set(list).size, list.length)
  }
})
