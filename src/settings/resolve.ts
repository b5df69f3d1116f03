import { Problem } from "../core/problem.ts"
import { keyOf, type SettingName, type Settings, settingAt, settingNames } from "./names.ts"
import { readValue } from "./value.ts"

/** What the user said of one setting, and how the user named it. */
export interface Given {
  readonly texts: readonly string[]
  readonly source: string
}

/**
 * All settings, with defaults for what was not given.
 * @param given       by setting name; only settings that the command takes
 * @param defaultFor  the text that stands where nothing is given
 * @throws            Problem "settings/invalid" or "settings/missing"
 */
export function resolve(
  given: ReadonlyMap<SettingName, Given>,
  defaultFor: (name: SettingName) => string | null,
): Settings {
  const entries = settingNames.map(name => {
    const { texts, source } = given.get(name) ?? standing(name, defaultFor(name))
    return [keyOf(name), readValue(settingAt(name), texts, source)] as const
  })
  // The mapped type and keyOf/readValue read the same table; settings.test.ts compares them by example.
  const settings = Object.fromEntries(entries) as unknown as Settings
  refuseContradictions(settings)
  return settings
}

const standing = (name: SettingName, text: string | null): Given => ({
  texts: text === null ? [] : [text],
  source: name,
})

function refuseContradictions(settings: Settings): void {
  const { store, logStore, storePath, capture, dryRun } = settings
  if (capture !== null && dryRun) {
    throw new Problem("settings/invalid", "capture names a file to write, and a dry run writes nothing", {
      hint: "leave out one of them",
    })
  }
  const hasDirectory = store === "directory" || logStore === "directory"
  if (hasDirectory && storePath === null) {
    throw new Problem("settings/missing", "the directory store has no directory", {
      hint: "say with store-path where what is in it rests",
    })
  }
  if (!hasDirectory && storePath !== null) {
    throw new Problem(
      "settings/invalid",
      `store-path is given, but the store is ${store}, which has no path`,
      {
        hint: "say store=directory or log-store=directory too, or leave store-path out",
      },
    )
  }
}
