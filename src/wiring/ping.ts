/**
 * Tells a monitor outside how a run went: `URL/start`, then `URL` or `URL/fail` with the summary. The URL is a secret:
 * who has it can say that all is well. The monitor raises the alarm when it hears nothing.
 */

import { setTimeout as pause } from "node:timers/promises"
import { stripVTControlCharacters } from "node:util"
import type { Observe } from "../core/event.ts"
import { type Exit, Problem } from "../core/problem.ts"
import type { Secret } from "../core/secret.ts"
import { systemCode } from "../core/thrown.ts"

/** healthchecks keeps 100 kB of a body; the head of a summary says what there is to know. */
const maxBodyCharacters = 10_000
const attempts = 3
const timeoutMs = 10_000
const betweenMs = 1_000

/** How a run ended, in words. */
export interface Ending {
  readonly exit: Exit
  readonly text: string
}

/**
 * Runs a piece of work between two pings. Anything but exit `good`, thrown or told, is a failure. Success is said last
 * of all, so that a failure is never followed by it.
 * @param url   null: no pings
 * @param work  all that the run does, the writing of its results included
 */
export async function pinged<T>(
  url: Secret | null,
  observe: Observe,
  work: () => Promise<T>,
  ending: (result: T) => Ending,
): Promise<T> {
  if (url === null) return await work()
  const ping = pinger(url, observe)
  const started = ping("/start", "")
  try {
    const result = await work()
    const { exit, text } = ending(result)
    await started
    await ping(exit === "good" ? "" : "/fail", text)
    return result
  } catch (error) {
    await started
    await ping("/fail", failureText(error))
    throw error
  }
}

/** @throws Problem "settings/invalid" for what is no URL; never shows it */
function pinger(url: Secret, observe: Observe) {
  const base = URL.parse(url.revealText("to ping it"))
  if (base === null || !/^https?:$/.test(base.protocol)) {
    throw new Problem("settings/invalid", "ping-url is no http or https URL", {
      hint: "copy it again from the monitor",
    })
  }
  return async (path: "/start" | "/fail" | "", text: string): Promise<void> => {
    const target = new URL(base)
    target.pathname = `${base.pathname.replace(/\/$/, "")}${path}`
    const body = stripVTControlCharacters(text).slice(0, maxBodyCharacters)
    let trouble = ""
    for (let attempt = 1; attempt <= attempts; attempt++) {
      trouble = await post(target, body)
      if (trouble === "") return
      if (attempt < attempts) await pause(betweenMs * attempt)
    }
    const message = `the monitor of ping-url could not be told ${path === "" ? "the success" : path.slice(1)}: ${trouble}`
    observe({ kind: "warning", host: null, message })
  }
}

/** @returns what went wrong, without the URL; empty when nothing did */
async function post(target: URL, body: string): Promise<string> {
  try {
    // A redirect would hand the secret in the path to somebody else.
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(target, { method: "POST", body, redirect: "manual", signal })
    await response.body?.cancel()
    return response.ok ? "" : `it answers ${response.status}`
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError"
    return isLate ? "it does not answer" : `no connection (${systemCode((error as Error).cause)})`
  }
}

function failureText(error: unknown): string {
  if (!(error instanceof Problem)) return "a bug of pmta-vault: see the log of the run"
  return [error.message, ...error.data, `hint: ${error.hint}`].join("\n")
}
