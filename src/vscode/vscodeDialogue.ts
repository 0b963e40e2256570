// VS Code's Quick Pick, Input Box and modal message behind the port of dialogue.ts. It knows no question.
import * as vscode from "vscode"
import {
  type Answer,
  back,
  type Dialogue,
  type InputQuestion,
  type PickQuestion,
  type Row,
} from "./dialogue.ts"

export function vscodeDialogue(): Dialogue {
  return {
    pick,
    input,
    async decide(sentence, detail, buttons) {
      const chosen = await vscode.window.showWarningMessage(sentence, { modal: true, detail }, ...buttons)
      return buttons.find(button => button === chosen)
    },
    async chooseModelFile() {
      const files = await vscode.window.showOpenDialog({
        title: "Choose a gpt-oss model file",
        openLabel: "Use this model",
        canSelectMany: false,
        filters: { "GGUF model": ["gguf"] },
      })
      return files?.[0]?.fsPath
    },
    tell(sentence) {
      void vscode.window.showWarningMessage(sentence)
    },
  }
}

type Item<T> = vscode.QuickPickItem & { readonly row?: Row<T> }

function pick<T>(question: PickQuestion<T>): Promise<Answer<T>> {
  const box = vscode.window.createQuickPick<Item<T>>()
  const ended = new AbortController()
  let rows = question.rows

  function show(): void {
    const [active] = box.activeItems
    const typed = box.value.trim() === "" ? undefined : question.typed?.(box.value.trim())
    const items = itemsOf(rows)
    box.keepScrollPosition = true
    box.items = typed === undefined ? items : [...items, { ...itemOf(typed), alwaysShow: true }]
    // Rows that come later must not move the choice away under the user's fingers.
    const same = box.items.find(({ row }) => row !== undefined && row.label === active?.row?.label)
    if (same !== undefined && box.value === "") box.activeItems = [same]
  }

  box.title = question.title
  box.placeholder = question.placeholder
  box.matchOnDescription = true
  box.matchOnDetail = true
  box.ignoreFocusOut = question.canGoBack ?? false
  box.buttons = question.canGoBack ? [vscode.QuickInputButtons.Back] : []
  show()
  if (question.typed !== undefined) box.onDidChangeValue(show)
  if (question.later !== undefined) {
    box.busy = true
    const showLater = (later: readonly Row<T>[]) => {
      if (ended.signal.aborted) return
      rows = later
      show()
    }
    const rest = () => {
      if (!ended.signal.aborted) box.busy = false
    }
    question.later(showLater, ended.signal).then(rest, rest)
  }
  return answered(box, ended, resolve => {
    box.onDidAccept(() => {
      const row = box.selectedItems[0]?.row
      if (row !== undefined) resolve(row.value)
    })
  })
}

function input(question: InputQuestion): Promise<Answer<string>> {
  const { page, fault, finalFault } = question
  const box = vscode.window.createInputBox()
  const ended = new AbortController()
  const pageButton = page && { iconPath: new vscode.ThemeIcon("link-external"), tooltip: page.label }
  box.title = question.title
  box.prompt = question.prompt
  box.placeholder = question.placeholder
  box.value = question.value ?? ""
  box.password = question.isSecret ?? false
  box.ignoreFocusOut = true
  box.buttons = [
    ...(question.canGoBack ? [vscode.QuickInputButtons.Back] : []),
    ...(pageButton === undefined ? [] : [pageButton]),
  ]
  box.onDidChangeValue(text => {
    box.validationMessage = text === "" ? undefined : fault?.(text)
  })
  box.onDidTriggerButton(button => {
    if (button === pageButton && page !== undefined) void openPage(page.url)
  })
  return answered(box, ended, resolve => {
    box.onDidAccept(async () => {
      const text = box.value.trim()
      let wrong = fault?.(text)
      if (wrong === undefined && finalFault !== undefined && box.enabled) {
        box.enabled = false
        box.busy = true
        wrong = await finalFault(text, ended.signal)
        if (ended.signal.aborted) return
        box.enabled = true
        box.busy = false
      }
      if (wrong === undefined) resolve(text)
      else box.validationMessage = wrong
    })
  })
}

/** Shows the box until it is answered, left by its Back button, or hidden. */
function answered<T>(
  box: vscode.QuickInput & Pick<vscode.InputBox, "onDidTriggerButton">,
  ended: AbortController,
  listen: (resolve: (answer: T) => void) => void,
): Promise<Answer<T>> {
  return new Promise(resolve => {
    const end = (answer: Answer<T>) => {
      resolve(answer)
      box.hide()
    }
    listen(end)
    box.onDidTriggerButton(button => {
      if (button === vscode.QuickInputButtons.Back) end(back)
    })
    box.onDidHide(() => {
      resolve(undefined)
      ended.abort()
      box.dispose()
    })
    box.show()
  })
}

function itemsOf<T>(rows: readonly Row<T>[]): Item<T>[] {
  return rows.flatMap((row, at) => {
    const isFirst = row.section !== undefined && row.section !== rows[at - 1]?.section
    const heading: Item<T> = { label: plain(row.section ?? ""), kind: vscode.QuickPickItemKind.Separator }
    return isFirst ? [heading, itemOf(row)] : [itemOf(row)]
  })
}

function itemOf<T>(row: Row<T>): Item<T> {
  return {
    label: plain(row.label),
    ...(row.icon !== undefined && { iconPath: new vscode.ThemeIcon(row.icon) }),
    ...(row.description !== undefined && { description: plain(row.description) }),
    ...(row.detail !== undefined && row.detail !== "" && { detail: plain(row.detail) }),
    row,
  }
}

/** "$(name)" would be shown as a picture, and what a server calls its models is the server's. */
function plain(text: string): string {
  return text.replaceAll("$(", "$ (")
}

async function openPage(url: string): Promise<void> {
  if (URL.canParse(url) && new URL(url).protocol === "https:")
    await vscode.env.openExternal(vscode.Uri.parse(url, true))
}
