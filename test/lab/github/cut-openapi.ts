/**
 * Cuts out of GitHub's OpenAPI description what the stand-in serves, without texts and examples. To bring
 * `openapi.json` up to date: `npm pack @octokit/openapi`, unpack `generated/api.github.com.json`, and run
 * `node test/lab/github/cut-openapi.ts api.github.com.json VERSION`.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const wanted: Readonly<Record<string, readonly string[]>> = {
  "/repos/{owner}/{repo}/pulls": ["get", "post"],
  "/repos/{owner}/{repo}/pulls/{pull_number}": ["patch"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers": ["post"],
  "/repos/{owner}/{repo}/issues": ["get", "post"],
  "/repos/{owner}/{repo}/issues/{issue_number}": ["patch"],
  "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
  "/repos/{owner}/{repo}/issues/comments/{comment_id}": ["patch"],
  "/repos/{owner}/{repo}/issues/{issue_number}/labels": ["post"],
  "/repos/{owner}/{repo}/labels": ["post"],
  "/repos/{owner}/{repo}/commits/{ref}": ["get"],
  "/repos/{owner}/{repo}/git/trees": ["post"],
  "/repos/{owner}/{repo}/git/commits": ["post"],
  "/repos/{owner}/{repo}/git/refs": ["post"],
  "/repos/{owner}/{repo}/git/refs/{ref}": ["patch"],
}
const talk = new Set(["description", "summary", "example", "examples", "externalDocs", "tags", "x-github"])

type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json }
type Node = Readonly<Record<string, Json>>

const [file = "", version = ""] = process.argv.slice(2)
const whole = JSON.parse(readFileSync(file, "utf8")) as Node
const components: Record<string, Record<string, Json>> = {}
const paths = Object.fromEntries(
  Object.entries(wanted).map(([path, methods]) => {
    const item = at(whole, ["paths", path]) as Node
    return [path, Object.fromEntries(methods.map(method => [method, kept(item[method] ?? null)]))]
  }),
)
const source = `cut from @octokit/openapi ${version}, api.github.com; MIT, Copyright (c) 2020 Octokit contributors`
const cut = {
  "x-source": source,
  openapi: whole["openapi"],
  info: { title: "GitHub", version },
  paths,
  components,
}
writeFileSync(join(import.meta.dirname, "openapi.json"), `${JSON.stringify(cut)}\n`)

/** A value without talk; what it refers to is kept as well. */
function kept(value: Json, inProperties = false): Json {
  if (Array.isArray(value)) return value.map(item => kept(item as Json))
  if (value === null || typeof value !== "object") return value
  const node = value as Node
  if (typeof node["$ref"] === "string") keepReferred(node["$ref"])
  return Object.fromEntries(
    Object.entries(node)
      // A property may be called `description`.
      .filter(([key]) => inProperties || !talk.has(key))
      .map(([key, item]) => [key, kept(item, key === "properties" && !inProperties)]),
  )
}

function keepReferred(reference: string): void {
  const [, , kind = "", name = ""] = reference.split("/")
  components[kind] ??= {}
  if (components[kind][name] !== undefined) return
  components[kind][name] = {}
  components[kind][name] = kept(at(whole, ["components", kind, name]))
}

function at(node: Json, path: readonly string[]): Json {
  return path.reduce<Json>((value, key) => (value as Node)[key] ?? null, node)
}
