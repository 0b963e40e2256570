// Finds a desktop VS Code on this machine. Doesn't start it and doesn't know what for.
import { existsSync } from "node:fs"
import path from "node:path"

/** The program `OSPREY_VSCODE` names, else one from the usual places or the PATH; undefined: none. */
export function desktopVsCode(): string | undefined {
  const named = process.env.OSPREY_VSCODE
  if (named !== undefined) return existsSync(named) ? named : undefined
  return usualPlaces().find(existsSync)
}

/** False on a Linux without X or Wayland, where a window can't appear. */
export function hasDisplay(): boolean {
  if (process.platform !== "linux") return true
  return [process.env.DISPLAY, process.env.WAYLAND_DISPLAY].some(
    display => display !== undefined && display !== "",
  )
}

function usualPlaces(): readonly string[] {
  const { HOME = "", LOCALAPPDATA, ProgramFiles, PATH = "" } = process.env
  switch (process.platform) {
    case "darwin":
      return ["/Applications", path.join(HOME, "Applications")].flatMap(folder =>
        ["Code", "Electron"].map(name => path.join(folder, "Visual Studio Code.app/Contents/MacOS", name)),
      )
    case "win32": {
      const programs = LOCALAPPDATA === undefined ? undefined : path.join(LOCALAPPDATA, "Programs")
      return [programs, ProgramFiles]
        .filter(folder => folder !== undefined)
        .map(folder => path.join(folder, "Microsoft VS Code/Code.exe"))
    }
    default: {
      const folders = PATH.split(path.delimiter)
      return [
        "/usr/share/code/code",
        ...["code", "codium"].flatMap(name => folders.map(at => path.join(at, name))),
      ]
    }
  }
}
