import { isKnown } from "../../../src/profiles/powermta/directives.ts"
import { parse, walk } from "../../../src/profiles/powermta/grammar.ts"

/** Kinds and names of all nodes, in order: what masking must not change. A secret may stand where a name does. */
export function shapeOf(text: string): readonly string[] {
  return [...walk(parse(text).nodes)].map(node => {
    if (node.kind === "directive") return `${isKnown(node.name) ? node.name : "?"} ${node.more.length}`
    if (node.kind === "block") return `<${node.tag}> ${node.close !== null}`
    return node.kind
  })
}
