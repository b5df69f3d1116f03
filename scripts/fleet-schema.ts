import { toJsonSchema } from "@valibot/to-json-schema"
import { fleetSchema } from "../src/fleet/schema.ts"

/**
 * The whole `fleet.schema.json`, for editors. Draft 7, which the YAML language server knows best. Says what
 * a JSON Schema can: checksums, jump hosts and duplicates are the parser's.
 */
export function fleetSchemaJson(): string {
  const { $schema, ...schema } = toJsonSchema(fleetSchema, {
    target: "draft-07",
    typeMode: "input",
    ignoreActions: ["raw_check"],
  })
  const whole = {
    $schema,
    $id: "https://unpkg.com/pmta-vault/fleet.schema.json",
    title: "pmta-vault fleet file",
    description: "Which PowerMTA servers are backed up, for whom, and under which policy.",
    ...schema,
  }
  return `${JSON.stringify(whole, null, 2)}\n`
}
