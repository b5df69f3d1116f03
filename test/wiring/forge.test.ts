import { expect, test } from "vitest"
import { repositoryOn, usualApi } from "../../src/wiring/forge.ts"

const github = "https://github.com"
const here = { owner: "acme", repo: "mta.vault" }

test.each([
  [github, "https://github.com/acme/mta.vault", here],
  [github, "https://github.com/acme/mta.vault.git", here],
  [github, "https://github.com/acme/mta.vault/", here],
  [github, "git@github.com:acme/mta.vault.git", here],
  [github, "ssh://git@github.com/acme/mta.vault.git", here],
  ["https://git.example.com", "https://git.example.com/acme/mta.vault", here],
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080/acme/mta.vault", here],
  ["http://127.0.0.1:8080", "http://127.0.0.1:8081/acme/mta.vault", null],
  [github, "https://gitlab.com/acme/mta.vault", null],
  [github, "https://github.com.evil.example/acme/mta.vault", null],
  [github, "https://evil.example/github.com/acme/mta.vault", null],
  [github, "git@evil.example:acme/mta.vault", null],
  [github, "https://github.com/acme", null],
  [github, "https://github.com/acme/mta.vault/tree/main", null],
  [github, "/srv/vault", null],
])("on %s, %s is %j", (server, location, expected) => {
  expect(repositoryOn(server, location)).toEqual(expected)
})

test("a server that is no URL is named", () => {
  expect(() => repositoryOn("github.com", "/srv/vault")).toThrow(/github-server is "github.com"/)
})

test.each([
  ["https://github.com", "https://api.github.com"],
  ["https://acme.ghe.com", "https://api.acme.ghe.com"],
  ["https://git.example.com", "https://git.example.com/api/v3"],
])("the API of %s is at %s", (server, api) => {
  expect(usualApi(server)).toBe(api)
})
