import { expect, test } from "vitest"
import { settled } from "../../../src/profiles/powermta/settled.ts"

const hide = () => "# hidden"

test("what comes to rest is what the passes made of it", () => {
  const pass = (text: string) => text.replace(/a{1,2}/, "b")
  expect(settled("aa\naaa\n", pass, hide)).toBe("b\nbb\n")
})

test("a line that never comes to rest is hidden whole, and the others are as they were left", () => {
  const pass = (text: string) => text.replace("secret", "mark").replace(/^(grow.*)$/m, "$1!")
  expect(settled("a secret\r\ngrow\r\n\nend", pass, hide)).toBe("a mark\r\n# hidden\r\n\nend")
})

test("when what is hidden goes on to change, every line with ink is hidden", () => {
  const pass = (text: string) => text.replace(/^(# hidden|grow)(.*)$/m, "$1$2!")
  expect(settled("grow\n  \nplain\n", pass, hide)).toBe("# hidden\n  \n# hidden\n")
})
