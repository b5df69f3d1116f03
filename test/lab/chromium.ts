/** A real Chromium without a window, driven over its own protocol: what a person sees, clicks and types. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]

/** Path of an installed Chromium; null when there is none. */
export function findChromium(): string | null {
  const directories = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)
  return (
    names
      .flatMap(name => directories.map(directory => join(directory, name)))
      .find(path => existsSync(path)) ?? null
  )
}

export interface Page extends AsyncDisposable {
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>
  /** Clicks with the mouse in the middle of the first element that fits. */
  click(selector: string): Promise<void>
  /** Types text where the focus is. */
  type(text: string): Promise<void>
  /** Presses a key by its name, such as `Tab`, `Enter`, `/`. */
  press(key: string): Promise<void>
  dark(isDark: boolean): Promise<void>
  resize(width: number, height: number): Promise<void>
  screenshot(file: string): Promise<void>
  /** role and name of every node that a screen reader meets */
  accessible(): Promise<readonly { readonly role: string; readonly name: string }[]>
  /** everything that the page asked the network for, and every complaint of the console */
  readonly requests: readonly string[]
  readonly complaints: readonly string[]
}

type Params = Readonly<Record<string, unknown>>

/** @param path  of Chromium, as `findChromium` gives it */
export async function openPage(path: string, url: string): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), "pmta-chromium-"))
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : []
  const flags = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "--disable-gpu"]
  const quiet = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
  ]
  const child = spawn(path, [...sandbox, ...flags, ...quiet, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  })
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill("SIGKILL")
      await new Promise(resolve => child.once("close", resolve))
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  try {
    return await attach(new URL(await endpoint(child)), url, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function endpoint(child: ChildProcess): Promise<string> {
  let said = ""
  return await new Promise((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString()
      const match = /DevTools listening on (ws:\S+)/.exec(said)
      if (match?.[1] !== undefined) resolve(match[1])
    })
    child.once("error", reject)
    child.once("close", () => reject(new Error(`Chromium ended: ${said.slice(-2000)}`)))
  })
}

async function attach(browser: URL, url: string, stop: () => Promise<void>): Promise<Page> {
  const made = await fetch(`http://${browser.host}/json/new?about:blank`, { method: "PUT" })
  const { webSocketDebuggerUrl } = (await made.json()) as { readonly webSocketDebuggerUrl: string }
  const socket = new WebSocket(webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true })
    socket.addEventListener("error", reject, { once: true })
  })
  const requests: string[] = []
  const complaints: string[] = []
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, () => void>()
  let last = 0
  socket.addEventListener("message", ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(String(data))
    if (id !== undefined) {
      if (error === undefined) waiting.get(id)?.resolve(result)
      else waiting.get(id)?.reject(new Error(error.message))
      waiting.delete(id)
    }
    if (method === "Network.requestWillBeSent") requests.push(params.request.url)
    if (method === "Log.entryAdded") complaints.push(params.entry.text)
    if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.text)
    if (method !== undefined) listeners.get(method)?.()
  })
  const send = <T>(method: string, params: Params = {}): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.set(++last, { resolve: value => resolve(value as T), reject })
      socket.send(JSON.stringify({ id: last, method, params }))
    })
  for (const domain of ["Page", "Network", "Log", "Runtime", "Accessibility"]) await send(`${domain}.enable`)
  const loaded = new Promise<void>(resolve => listeners.set("Page.loadEventFired", resolve))
  await send("Page.navigate", { url })
  await loaded

  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send<{
      readonly result: { readonly value: T }
      readonly exceptionDetails?: { readonly text: string }
    }>("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true })
    if (exceptionDetails !== undefined) throw new Error(`${exceptionDetails.text}: ${expression}`)
    return result.value
  }
  return {
    requests,
    complaints,
    evaluate,
    async click(selector) {
      const at = `(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView({ block: "center" });
        const { x, y, width, height } = e.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 } })()`
      const place = await evaluate<{ readonly x: number; readonly y: number }>(at)
      for (const type of ["mousePressed", "mouseReleased"])
        await send("Input.dispatchMouseEvent", { type, ...place, button: "left", clickCount: 1 })
    },
    type: async text => void (await send("Input.insertText", { text })),
    async press(key) {
      const code = { Tab: 9, Enter: 13, Escape: 27 }[key] ?? key.charCodeAt(0)
      const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined
      const event = { key, windowsVirtualKeyCode: code, ...(text === undefined ? {} : { text }) }
      await send("Input.dispatchKeyEvent", { type: "keyDown", ...event })
      await send("Input.dispatchKeyEvent", { type: "keyUp", key, windowsVirtualKeyCode: code })
    },
    dark: async isDark =>
      void (await send("Emulation.setEmulatedMedia", {
        features: [{ name: "prefers-color-scheme", value: isDark ? "dark" : "light" }],
      })),
    resize: async (width, height) =>
      void (await send("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      })),
    async screenshot(file) {
      const { data } = await send<{ readonly data: string }>("Page.captureScreenshot", { format: "png" })
      await writeFile(file, Buffer.from(data, "base64"))
    },
    async accessible() {
      type Node = {
        readonly ignored: boolean
        readonly role?: { readonly value: string }
        readonly name?: { readonly value: string }
      }
      const { nodes } = await send<{ readonly nodes: readonly Node[] }>("Accessibility.getFullAXTree")
      return nodes
        .filter(({ ignored }) => !ignored)
        .map(({ role, name }) => ({ role: role?.value ?? "", name: name?.value ?? "" }))
    },
    async [Symbol.asyncDispose]() {
      socket.close()
      await stop()
    },
  }
}
