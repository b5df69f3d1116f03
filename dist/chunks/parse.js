import { t as certain } from "./certain.js";
import { n as durationPattern, r as parseDuration, t as durationForm } from "./duration.js";
import { n as matched } from "./parts.js";
import { t as Problem } from "./problem.js";
import { S as signerFault, _ as isMap$1, a as standardRto, b as hostKeyFault, c as addressFault, d as pathFault, f as reservedNames, g as profileNames, h as knownCategories, i as ruleFindings, l as hostNameForm, m as wordPattern, o as warningsOf, p as userPattern, r as jumpsOf, s as recipientFault, t as chainOf, u as hostNamePattern, v as privateKeyPattern, x as pinOf, y as showFinding } from "./rules.js";
import { t as didYouMean } from "./nearest.js";
import { t as require_dist } from "./dist.js";
const DEFAULT_CONFIG = {
	lang: void 0,
	message: void 0,
	abortEarly: void 0,
	abortPipeEarly: void 0
};
/**
* Returns the global configuration.
*
* @param config The config to merge.
*
* @returns The configuration.
*/
/* @__NO_SIDE_EFFECTS__ */
function getGlobalConfig(config$1) {
	if (!config$1 && true) return DEFAULT_CONFIG;
	return {
		lang: config$1?.lang ?? void 0,
		message: config$1?.message,
		abortEarly: config$1?.abortEarly ?? void 0,
		abortPipeEarly: config$1?.abortPipeEarly ?? void 0
	};
}
/**
* Stringifies an unknown input to a literal or type string.
*
* @param input The unknown input.
*
* @returns A literal or type string.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _stringify(input) {
	const type = typeof input;
	if (type === "string") return `"${input}"`;
	if (type === "number" || type === "bigint" || type === "boolean") return `${input}`;
	if (type === "object" || type === "function") return (input && Object.getPrototypeOf(input)?.constructor?.name) ?? "null";
	return type;
}
/**
* Adds an issue to the dataset.
*
* @param context The issue context.
* @param label The issue label.
* @param dataset The input dataset.
* @param config The configuration.
* @param other The optional props.
*
* @internal
*/
function _addIssue(context, label, dataset, config$1, other) {
	const input = other && "input" in other ? other.input : dataset.value;
	const expected = other?.expected ?? context.expects ?? null;
	const received = other?.received ?? /* @__PURE__ */ _stringify(input);
	const issue = {
		kind: context.kind,
		type: context.type,
		input,
		expected,
		received,
		message: `Invalid ${label}: ${expected ? `Expected ${expected} but r` : "R"}eceived ${received}`,
		requirement: context.requirement,
		path: other?.path,
		issues: other?.issues,
		lang: config$1.lang,
		abortEarly: config$1.abortEarly,
		abortPipeEarly: config$1.abortPipeEarly
	};
	const isSchema = context.kind === "schema";
	const message$1 = other?.message ?? context.message ?? (context.reference, issue.lang, void 0) ?? (isSchema ? (issue.lang, void 0) : null) ?? config$1.message ?? (issue.lang, void 0);
	if (message$1 !== void 0) issue.message = typeof message$1 === "function" ? message$1(issue) : message$1;
	if (isSchema) dataset.typed = false;
	if (dataset.issues) dataset.issues.push(issue);
	else dataset.issues = [issue];
}
/**
* Compares two values using the SameValueZero algorithm, which treats `NaN`
* as equal to itself unlike `===`.
*
* @param value1 The first value.
* @param value2 The second value.
*
* @returns Whether the values are equal.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isSameValueZero(value1, value2) {
	return value1 === value2 || Number.isNaN(value1) && Number.isNaN(value2);
}
/**
* Disallows inherited object properties and prevents object prototype
* pollution by disallowing certain keys.
*
* @param object The object to check.
* @param key The key to check.
*
* @returns Whether the key is allowed.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _isValidObjectKey(object$1, key) {
	return Object.prototype.hasOwnProperty.call(object$1, key) && key !== "__proto__" && key !== "prototype" && key !== "constructor";
}
/**
* Joins multiple `expects` values with the given separator.
*
* @param values The `expects` values.
* @param separator The separator.
*
* @returns The joined `expects` property.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _joinExpects(values$1, separator) {
	const list = [...new Set(values$1)];
	if (list.length > 1) return `(${list.join(` ${separator} `)})`;
	return list[0] ?? "never";
}
/**
* Eagerly creates and attaches the Standard Schema properties of a schema.
*
* Hint: The contextual `this` type includes the standard properties that are
* attached before the schema is returned.
*
* @param schema The schema to attach standard properties to.
*
* @returns The schema with standard properties attached.
*
* @internal
*/
function _standardSchema(schema) {
	schema["~standard"] = {
		version: 1,
		vendor: "valibot",
		validate: (value$1) => schema["~run"]({ value: value$1 }, /* @__PURE__ */ getGlobalConfig())
	};
	return schema;
}
/**
* Creates a description metadata action.
*
* @param description_ The description text.
*
* @returns A description action.
*/
/* @__NO_SIDE_EFFECTS__ */
function description(description_) {
	return {
		kind: "metadata",
		type: "description",
		reference: description,
		description: description_
	};
}
/* @__NO_SIDE_EFFECTS__ */
function integer(message$1) {
	return {
		kind: "validation",
		type: "integer",
		reference: integer,
		async: false,
		expects: null,
		requirement: Number.isInteger,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "integer", dataset, config$1);
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function maxLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_length",
		reference: maxLength,
		async: false,
		expects: `<=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length > this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function maxValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "max_value",
		reference: maxValue,
		async: false,
		expects: `<=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value <= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function minEntries(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_entries",
		reference: minEntries,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (!dataset.typed) return dataset;
			const count = Object.keys(dataset.value).length;
			if (dataset.typed && count < this.requirement) _addIssue(this, "entries", dataset, config$1, { received: `${count}` });
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function minLength(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_length",
		reference: minLength,
		async: false,
		expects: `>=${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length < this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function minValue(requirement, message$1) {
	return {
		kind: "validation",
		type: "min_value",
		reference: minValue,
		async: false,
		expects: `>=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !(dataset.value >= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function nonEmpty(message$1) {
	return {
		kind: "validation",
		type: "non_empty",
		reference: nonEmpty,
		async: false,
		expects: "!0",
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && dataset.value.length === 0) _addIssue(this, "length", dataset, config$1, { received: "0" });
			return dataset;
		}
	};
}
/**
* Creates a raw check validation action.
*
* @param action The validation action.
*
* @returns A raw check action.
*/
/* @__NO_SIDE_EFFECTS__ */
function rawCheck(action) {
	return {
		kind: "validation",
		type: "raw_check",
		reference: rawCheck,
		async: false,
		expects: null,
		"~run"(dataset, config$1) {
			action({
				dataset,
				config: config$1,
				addIssue: (info) => _addIssue(this, info?.label ?? "input", dataset, config$1, info)
			});
			return dataset;
		}
	};
}
/* @__NO_SIDE_EFFECTS__ */
function regex(requirement, message$1) {
	return {
		kind: "validation",
		type: "regex",
		reference: regex,
		async: false,
		expects: `${requirement}`,
		requirement,
		message: message$1,
		"~run"(dataset, config$1) {
			if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "format", dataset, config$1);
			return dataset;
		}
	};
}
/**
* Returns the fallback value of the schema.
*
* @param schema The schema to get it from.
* @param dataset The output dataset if available.
* @param config The config if available.
*
* @returns The fallback value.
*/
/* @__NO_SIDE_EFFECTS__ */
function getFallback(schema, dataset, config$1) {
	return typeof schema.fallback === "function" ? schema.fallback(dataset, config$1) : schema.fallback;
}
/**
* Returns the default value of the schema.
*
* @param schema The schema to get it from.
* @param dataset The input dataset if available.
* @param config The config if available.
*
* @returns The default value.
*/
/* @__NO_SIDE_EFFECTS__ */
function getDefault(schema, dataset, config$1) {
	return typeof schema.default === "function" ? schema.default(dataset, config$1) : schema.default;
}
/* @__NO_SIDE_EFFECTS__ */
function array(item, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "array",
		reference: array,
		expects: "Array",
		async: false,
		item,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (Array.isArray(input)) {
				dataset.typed = true;
				dataset.value = [];
				for (let key = 0; key < input.length; key++) {
					const value$1 = input[key];
					const itemDataset = this.item["~run"]({ value: value$1 }, config$1);
					if (itemDataset.issues) {
						const pathItem = {
							type: "array",
							origin: "value",
							input,
							key,
							value: value$1
						};
						for (const issue of itemDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = itemDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!itemDataset.typed) dataset.typed = false;
					dataset.value.push(itemDataset.value);
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function boolean(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "boolean",
		reference: boolean,
		expects: "boolean",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "boolean") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function exactOptional(wrapped, default_) {
	return _standardSchema({
		kind: "schema",
		type: "exact_optional",
		reference: exactOptional,
		expects: wrapped.expects,
		async: false,
		wrapped,
		default: default_,
		"~run"(dataset, config$1) {
			return this.wrapped["~run"](dataset, config$1);
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function literal(literal_, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "literal",
		reference: literal,
		expects: /* @__PURE__ */ _stringify(literal_),
		async: false,
		literal: literal_,
		message: message$1,
		"~run"(dataset, config$1) {
			if (/* @__PURE__ */ _isSameValueZero(dataset.value, this.literal)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function number(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "number",
		reference: number,
		expects: "number",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "number" && !isNaN(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function picklist(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "picklist",
		reference: picklist,
		expects: /* @__PURE__ */ _joinExpects(options.map(_stringify), "|"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			if (this.options.includes(dataset.value)) dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function record(key, value$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "record",
		reference: record,
		expects: "Object",
		async: false,
		key,
		value: value$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const entryKey in input) if (/* @__PURE__ */ _isValidObjectKey(input, entryKey)) {
					const entryValue = input[entryKey];
					const keyDataset = this.key["~run"]({ value: entryKey }, config$1);
					if (keyDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "key",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of keyDataset.issues) {
							issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = keyDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					const valueDataset = this.value["~run"]({ value: entryValue }, config$1);
					if (valueDataset.issues) {
						const pathItem = {
							type: "object",
							origin: "value",
							input,
							key: entryKey,
							value: entryValue
						};
						for (const issue of valueDataset.issues) {
							if (issue.path) issue.path.unshift(pathItem);
							else issue.path = [pathItem];
							dataset.issues?.push(issue);
						}
						if (!dataset.issues) dataset.issues = valueDataset.issues;
						if (config$1.abortEarly) {
							dataset.typed = false;
							break;
						}
					}
					if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
					if (keyDataset.typed) dataset.value[keyDataset.value] = valueDataset.value;
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function strictObject(entries$1, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "strict_object",
		reference: strictObject,
		expects: "Object",
		async: false,
		entries: entries$1,
		message: message$1,
		"~run"(dataset, config$1) {
			const input = dataset.value;
			if (input && typeof input === "object") {
				dataset.typed = true;
				dataset.value = {};
				for (const key in this.entries) {
					const valueSchema = this.entries[key];
					if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
						const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
						const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
						if (valueDataset.issues) {
							const pathItem = {
								type: "object",
								origin: "value",
								input,
								key,
								value: value$1
							};
							for (const issue of valueDataset.issues) {
								if (issue.path) issue.path.unshift(pathItem);
								else issue.path = [pathItem];
								dataset.issues?.push(issue);
							}
							if (!dataset.issues) dataset.issues = valueDataset.issues;
							if (config$1.abortEarly) {
								dataset.typed = false;
								break;
							}
						}
						if (!valueDataset.typed) dataset.typed = false;
						dataset.value[key] = valueDataset.value;
					} else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
					else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
						_addIssue(this, "key", dataset, config$1, {
							input: void 0,
							expected: `"${key}"`,
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						if (config$1.abortEarly) break;
					}
				}
				if (!dataset.issues || !config$1.abortEarly) {
					for (const key in input) if (!Object.prototype.hasOwnProperty.call(this.entries, key)) {
						_addIssue(this, "key", dataset, config$1, {
							input: key,
							expected: "never",
							path: [{
								type: "object",
								origin: "key",
								input,
								key,
								value: input[key]
							}]
						});
						break;
					}
				}
			} else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function string(message$1) {
	return _standardSchema({
		kind: "schema",
		type: "string",
		reference: string,
		expects: "string",
		async: false,
		message: message$1,
		"~run"(dataset, config$1) {
			if (typeof dataset.value === "string") dataset.typed = true;
			else _addIssue(this, "type", dataset, config$1);
			return dataset;
		}
	});
}
/**
* Returns the sub issues of the provided datasets for the union issue.
*
* @param datasets The datasets.
*
* @returns The sub issues.
*
* @internal
*/
/* @__NO_SIDE_EFFECTS__ */
function _subIssues(datasets) {
	let issues;
	if (datasets) for (const dataset of datasets) if (issues) for (const issue of dataset.issues) issues.push(issue);
	else issues = dataset.issues;
	return issues;
}
/* @__NO_SIDE_EFFECTS__ */
function union(options, message$1) {
	return _standardSchema({
		kind: "schema",
		type: "union",
		reference: union,
		expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "|"),
		async: false,
		options,
		message: message$1,
		"~run"(dataset, config$1) {
			let validDataset;
			let typedDatasets;
			let untypedDatasets;
			for (const schema of this.options) {
				const optionDataset = schema["~run"]({ value: dataset.value }, config$1);
				if (optionDataset.typed) if (optionDataset.issues) if (typedDatasets) typedDatasets.push(optionDataset);
				else typedDatasets = [optionDataset];
				else {
					validDataset = optionDataset;
					break;
				}
				else if (untypedDatasets) untypedDatasets.push(optionDataset);
				else untypedDatasets = [optionDataset];
			}
			if (validDataset) return validDataset;
			if (typedDatasets) {
				if (typedDatasets.length === 1) return typedDatasets[0];
				_addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(typedDatasets) });
				dataset.typed = true;
			} else if (untypedDatasets?.length === 1) return untypedDatasets[0];
			else _addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(untypedDatasets) });
			return dataset;
		}
	});
}
/* @__NO_SIDE_EFFECTS__ */
function pipe(...pipe$1) {
	return _standardSchema({
		...pipe$1[0],
		pipe: pipe$1,
		"~run"(dataset, config$1) {
			for (const item of pipe$1) if (item.kind !== "metadata") {
				if (dataset.issues && (item.kind === "schema" || item.kind === "transformation")) {
					dataset.typed = false;
					break;
				}
				if (!dataset.issues || !config$1.abortEarly && !config$1.abortPipeEarly) dataset = item["~run"](dataset, config$1);
			}
			return dataset;
		}
	});
}
/**
* Parses an unknown input based on a schema.
*
* @param schema The schema to be used.
* @param input The input to be parsed.
* @param config The parse configuration.
*
* @returns The parse result.
*/
/* @__NO_SIDE_EFFECTS__ */
function safeParse(schema, input, config$1) {
	const dataset = schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
	return {
		typed: dataset.typed,
		success: !dataset.issues,
		output: dataset.value,
		issues: dataset.issues
	};
}
// src/fleet/schema.ts
/**
* What `fleet.yml` may say, field by field: the source of the parser's checks and, through
* `scripts/generate.ts`, of `fleet.schema.json`. What compares two places is in `rules.ts`.
* Messages go on where the value stops: `"abc" is not …; do …`.
*/
/** Texts of a form: the pattern is what JSON Schema can say of it, `fault` the whole truth. */
const form = (pattern, fault) => /* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(pattern, (issue) => fault(issue.input) ?? "is malformed"), /* @__PURE__ */ rawCheck(({ dataset, addIssue }) => {
	const message = dataset.typed ? fault(dataset.value) : null;
	if (message !== null) addIssue({ message });
}));
const text = (most) => /* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ nonEmpty("is empty"), /* @__PURE__ */ maxLength(most, `is longer than ${most} characters`), /* @__PURE__ */ regex(/^[^\0-\x1f\x7f]*$/, "has a control character"));
const word = (what) => /* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(wordPattern, `is not ${what}; use small letters, digits and dashes, a letter first`));
const picked = (options) => /* @__PURE__ */ picklist(options, (issue) => {
	const near = typeof issue.input === "string" ? didYouMean(issue.input, options) : "";
	return `is not one of ${options.join(", ")}${near}`;
});
const some = (item, remedy) => /* @__PURE__ */ pipe(/* @__PURE__ */ array(item), /* @__PURE__ */ minLength(1, `is an empty list; ${remedy}`));
const duration = /* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(durationPattern, `is not a duration; write ${durationForm}`));
/** A snapshot as `mta1/12`. */
const pinPattern = /^([A-Za-z0-9._-]+)\/([1-9][0-9]{0,7})$/;
const count = (what) => /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ number(), /* @__PURE__ */ integer("is not whole"), /* @__PURE__ */ minValue(0, "is below 0"), /* @__PURE__ */ maxValue(1e5, "is above 100000"), /* @__PURE__ */ description(what)));
/** What a host says for itself, or `defaults` for all of them. */
const shared = {
	user: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(userPattern, "is not a user name; use letters, digits, dots, dashes and underscores, up to 32"), /* @__PURE__ */ description("Account that logs in; pmta-backup unless told. `doctor` prints how to limit its rights."))),
	port: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ number(), /* @__PURE__ */ integer("is not a port; use a whole number from 1 to 65535"), /* @__PURE__ */ minValue(1, "is not a port; use a whole number from 1 to 65535"), /* @__PURE__ */ maxValue(65535, "is not a port; use a whole number from 1 to 65535"), /* @__PURE__ */ description("Port of the SSH server; 22 unless told."))),
	profile: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(picked(profileNames), /* @__PURE__ */ description("What the host runs; powermta unless told."))),
	jump: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ union([/* @__PURE__ */ string(), /* @__PURE__ */ literal(false)], "is neither the name of a host nor false"), /* @__PURE__ */ description("Host of this file to go through; its own host keys are checked too. `false`: go directly, in spite of the defaults."))),
	tags: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ array(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(/^[^\s,]{1,60}$/, "is not a tag; use one word without commas"))), /* @__PURE__ */ description("Words to select hosts by, as with `backup --tags eu`."))),
	sudo: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ boolean(), /* @__PURE__ */ description("Whether files are read through `sudo -n`; `doctor` prints the sudoers line.")))
};
const host = /* @__PURE__ */ strictObject({
	address: /* @__PURE__ */ pipe(form(/^[!-~]+$/, addressFault), /* @__PURE__ */ description("Host name, IPv4 or IPv6 address, without scheme or port.")),
	hostKeys: /* @__PURE__ */ pipe(some(form(/^(SHA256:[A-Za-z0-9+/]{43}|\S+ \S+( .*)?)$/, hostKeyFault), "write the keys of the host with `pmta-vault pin HOST`"), /* @__PURE__ */ description("Public host keys (`ssh-ed25519 AAAA…`) or fingerprints (`SHA256:…`), one at least. `pmta-vault pin HOST` writes them.")),
	...shared,
	backup: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ boolean(), /* @__PURE__ */ description("`false`: a jump host only. It is checked by `doctor` and gone through, never read."))),
	spare: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ boolean(), /* @__PURE__ */ description("`true`: a machine that drills may overwrite (`drill --target`). It is not backed up.")))
});
const rules = {
	last: count("Newest snapshots that stay whatever their age; 7 unless told."),
	daily: count("Days of which one snapshot stays; 30 unless told."),
	weekly: count("Weeks of which one snapshot stays; 8 unless told."),
	monthly: count("Months of which one snapshot stays; 12 unless told."),
	yearly: count("Years of which one snapshot stays; 2 unless told.")
};
const retention = /* @__PURE__ */ strictObject({
	...rules,
	counts: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(duration, /* @__PURE__ */ description("How long the counts of accounting stay, which `impact` compares; 42d unless told."))),
	pinned: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ array(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(pinPattern, "is not a snapshot; write host/number, such as mta1/12"))), /* @__PURE__ */ description("Snapshots that stay, as host/number.")))
});
const recipients = some(form(/^age1[a-z0-9]+$/, recipientFault), "make a key with `age-keygen` and add its age1… line");
const category = /* @__PURE__ */ strictObject({
	every: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(duration, /* @__PURE__ */ description("How often a log category is due, such as 24h, which is what it is unless told. All others are due in each run."))),
	rpo: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(duration, /* @__PURE__ */ description("Recovery point objective: how old its last copy may be."))),
	paths: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(some(form(/^\/[^\0-\x1f\x7f]+$/, pathFault), "name a path, or leave the key out"), /* @__PURE__ */ description("Absolute patterns (`*`, `?`, `[…]`, `**`) instead of the profile's."))),
	retention: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ strictObject({
		...rules,
		keep: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(duration, /* @__PURE__ */ description("Of a log category, and its only rule: how long a file stays once its newest byte was read and it has left the host, such as 400d; for ever unless told.")))
	}), /* @__PURE__ */ description("Rules of its own; what it does not say is as under `retention`."))),
	recipients: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(recipients, /* @__PURE__ */ description("age public keys that this category is sealed to, instead of the fleet's.")))
});
const review = /* @__PURE__ */ strictObject({
	group: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(picked([
		"change",
		"host",
		"file",
		"fleet"
	]), /* @__PURE__ */ description("What shares one proposal: the same change on several hosts (default), a host, a file, or everything."))),
	labels: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ array(text(50)), /* @__PURE__ */ description("Labels of the pull requests; made if missing."))),
	reviewers: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ array(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(/^[A-Za-z0-9-]+(\/[A-Za-z0-9._-]+)?$/, "is neither a GitHub user nor org/team; leave @ out"))), /* @__PURE__ */ description("GitHub users or org/team who are asked to review."))),
	ignore: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ array(text(200)), /* @__PURE__ */ description("Scope paths or directive names whose changes are not proposed.")))
});
const fleetSchema = /* @__PURE__ */ strictObject({
	version: /* @__PURE__ */ pipe(/* @__PURE__ */ literal(1, "is not a version of this file that is known; write 1"), /* @__PURE__ */ description("Version of this file's form.")),
	recipients: /* @__PURE__ */ pipe(recipients, /* @__PURE__ */ description("age public keys. Every bundle is sealed to all of them; keep the private half of one offline.")),
	signers: /* @__PURE__ */ pipe(some(form(/^ssh-(ed25519|rsa) \S+( .*)?$/, signerFault), "add the .pub line of the signing key"), /* @__PURE__ */ description("OpenSSH public keys that may sign snapshots.")),
	defaults: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ strictObject(shared), /* @__PURE__ */ description("What holds for every host that does not say otherwise."))),
	hosts: /* @__PURE__ */ pipe(/* @__PURE__ */ record(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(hostNamePattern, hostNameForm)), host), /* @__PURE__ */ minEntries(1, "has no host; add one as `mta1: { address: … }`"), /* @__PURE__ */ description("The servers, by the name that vault, proposals and reports use.")),
	categories: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ record(word("a category name"), category), /* @__PURE__ */ description(`Changes to the profile's categories (${knownCategories.join(", ")}), and further ones.`))),
	policy: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ strictObject({ rto: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ record(word("a scenario"), duration), /* @__PURE__ */ description("Recovery time objectives by scenario, such as `hardware-failure: 4h`."))) }), /* @__PURE__ */ description("What a disaster may cost; drills are measured by it."))),
	retention: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(retention, /* @__PURE__ */ description("Which snapshots `prune` keeps."))),
	review: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(review, /* @__PURE__ */ description("How drift is proposed.")))
});
// src/fleet/shape.ts
/** What a fleet file says, field by field, against `schema.ts`. */
/** All that is wrong with single fields; places are compared in `rules.ts`. */
function shapeFindings(data) {
	const own = [...ownFindings(fleetSchema, data, [])];
	const isNoMap = new Set(own.filter(({ value }) => value !== void 0).map(({ path }) => JSON.stringify(path)));
	const others = ((/* @__PURE__ */ safeParse(fleetSchema, data, { abortPipeEarly: true })).issues ?? []).map(findingOf).filter(({ path, at, message }) => {
		const inside = path.some((_, index) => isNoMap.has(JSON.stringify(path.slice(0, index))));
		return message !== "" && !inside && (at === "key" || !isNoMap.has(JSON.stringify(path)));
	});
	return [...own, ...others];
}
/**
* What valibot does not say: each unknown key (it stops at the first), lists in the place of maps (it takes
* them for maps), and names that it skips silently.
*/
function* ownFindings(shape, value, path) {
	if (shape.type === "exact_optional" && shape.wrapped !== void 0) yield* ownFindings(shape.wrapped, value, path);
	else if (shape.type === "array" && shape.item !== void 0 && Array.isArray(value)) for (const [index, item] of value.entries()) yield* ownFindings(shape.item, item, [...path, index]);
	else if (shape.entries === void 0 && shape.type !== "record") return;
	else if (!isMap$1(value)) yield {
		path,
		at: "value",
		value,
		message: "stands where a map (`key: value` lines) is expected"
	};
	else for (const [key, inner] of Object.entries(value)) {
		const known = shape.entries === void 0 ? shape.value : own(shape.entries, key);
		const here = [...path, key];
		if (shape.entries === void 0 && reservedNames.includes(key)) yield {
			path: here,
			at: "key",
			message: "is a reserved word and cannot be a name; choose another"
		};
		else if (known !== void 0) yield* ownFindings(known, inner, here);
		else {
			const keys = Object.keys(shape.entries ?? {});
			yield {
				path: here,
				at: "key",
				message: `is not a known key${didYouMean(key, keys) || `; known here are ${keys.join(", ")}`}`
			};
		}
	}
}
const own = (entries, key) => Object.hasOwn(entries, key) ? entries[key] : void 0;
/** A valibot issue in our words; an empty message for what `ownFindings` says better. */
function findingOf(issue) {
	const steps = issue.path ?? [];
	const path = steps.map(({ key }) => key);
	const last = steps.at(-1);
	if (issue.expected === "never") return {
		path,
		at: "key",
		message: ""
	};
	if (last?.type === "object" && last.origin === "key") {
		if (issue.input !== void 0) return {
			path,
			at: "key",
			message: issue.message
		};
		return {
			path: path.slice(0, -1),
			at: "key",
			message: `has no ${String(last.key)}; add it`
		};
	}
	if (issue.kind === "schema" && issue.message.startsWith("Invalid type")) return {
		path,
		at: "value",
		value: issue.input,
		message: wrongType(String(issue.expected), issue.input)
	};
	const value = typeof issue.input === "object" && issue.input !== null ? void 0 : issue.input;
	return {
		path,
		at: "value",
		...value === void 0 ? {} : { value },
		message: issue.message
	};
}
function wrongType(expected, value) {
	if (value === null) return "is given; fill it in, or remove the key";
	switch (expected) {
		case "string": return `stands where text is expected${typeof value === "object" ? "" : "; put it in quotes"}`;
		case "number": return `stands where a number is expected${/^[0-9]+$/.test(String(value)) ? "; leave out the quotes" : ""}`;
		case "boolean": return "stands where true or false is expected, without quotes";
		case "Array": return `stands where a list is expected${typeof value === "object" ? "" : "; put it in [brackets]"}`;
		default: return "stands where something else is expected";
	}
}
// src/fleet/source.ts
var import_dist = require_dist();
/** A fleet has a few hundred hosts, and a merge of one block into each of them is still few. */
const maxAliasCount = 1e3;
function readSource(text, file) {
	const lines = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(text, {
		version: "1.2",
		lineCounter: lines,
		prettyErrors: false,
		logLevel: "error",
		uniqueKeys: (a, b) => a === b || (0, import_dist.isScalar)(a) && (0, import_dist.isScalar)(b) && String(a.value) === String(b.value)
	});
	const at = (offset, message) => {
		const { line, col } = lines.linePos(offset);
		return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)} ${message.replaceAll(privateKeyPattern, "(a private key)")}`;
	};
	const faults = [
		...[...text.matchAll(privateKeyPattern)].map(({ index }) => at(index, "a private key does not belong here; remove it and make a new pair, as git remembers this one")),
		...[...text.matchAll(/\uFFFD|\0/g)].slice(0, 3).map(({ index }) => at(index, "is not UTF-8 text; save the file as UTF-8")),
		...[...document.errors, ...document.warnings].map(({ pos, message }) => at(pos[0], oneLine(message)))
	];
	let data = null;
	if (faults.length === 0) try {
		data = document.toJS({ maxAliasCount });
	} catch {
		faults.push(at(0, "its aliases (*name) grow beyond all measure; write the values out"));
	}
	const place = (finding) => at(offsetOf(document, finding.path, finding.at), showFinding(finding));
	return {
		data,
		faults,
		place
	};
}
/** Where a key or value begins; where its nearest enclosing one does when it is not in the file. */
function offsetOf(document, path, at) {
	let node = document.contents;
	let offset = startOf(node) ?? 0;
	for (const [depth, step] of path.entries()) {
		const container = (0, import_dist.isAlias)(node) ? node.resolve(document) : node;
		if ((0, import_dist.isSeq)(container) && typeof step === "number") node = container.items[step];
		else if ((0, import_dist.isMap)(container)) {
			const pair = container.items.find(({ key }) => (0, import_dist.isScalar)(key) && String(key.value) === String(step));
			offset = startOf(pair?.key) ?? offset;
			node = pair?.value;
			if (depth === path.length - 1 && (at === "key" || (0, import_dist.isScalar)(node) && node.value === null)) return offset;
		} else return offset;
		offset = startOf(node) ?? offset;
	}
	return offset;
}
const startOf = (node) => (0, import_dist.isNode)(node) ? node.range?.[0] : void 0;
const oneLine = (message) => message.replaceAll(/\s+/g, " ").slice(0, 200);
// src/fleet/parse.ts
/**
* Text of `fleet.yml` → Fleet. Tells everything that is wrong at once, each with its place and remedy.
* Must never show what looks like a private key, nor let a host disappear silently.
*/
/**
* @param text  YAML 1.2, decoded as UTF-8
* @param file  its name, for messages
* @throws      Problem "fleet/invalid", whose `data` has one line for each thing that is wrong
*/
function parseFleet(text, file, { allowUnpinned = false } = {}) {
	const source = readSource(text, file);
	if (source.faults.length > 0) throw invalid(file, source.faults);
	if (source.data === null) throw invalid(file, [`${file}:1:1 is empty; \`pmta-vault init\` writes one with comments`]);
	const faults = [...shapeFindings(source.data), ...ruleFindings(source.data)].filter((finding) => !(allowUnpinned && isUnpinned(finding))).map(withCommand);
	if (faults.length > 0) throw invalid(file, sorted(faults.map(source.place)));
	return fleetOf(source.data);
}
function invalid(file, lines) {
	const count = lines.length === 1 ? "one thing" : `${lines.length} things`;
	return new Problem("fleet/invalid", `${file} has ${count} to put right`, {
		data: lines,
		hint: `edit ${file}; the form is described in fleet.schema.json, which editors can use`
	});
}
const isUnpinned = ({ path, message }) => path[0] === "hosts" && (path.length === 2 && message.startsWith("has no hostKeys") || path.length === 3 && path[2] === "hostKeys" && /^is (an empty list|given)/.test(message));
/** A host without keys is told how to get them. */
const withCommand = (finding) => isUnpinned(finding) ? {
	path: finding.path.slice(0, 2),
	at: "key",
	message: `has no hostKeys; write them with \`pmta-vault pin ${String(finding.path[1])}\``
} : finding;
/** In the order of the file. */
function sorted(lines) {
	return lines.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}
const standardRetention = {
	last: 7,
	daily: 30,
	weekly: 8,
	monthly: 12,
	yearly: 2
};
/** A change can be looked at five weeks later, and be compared with the week before it. */
const standardCounts = "42d";
function fleetOf(data) {
	const { pinned = [], counts = standardCounts, ...rules } = data.retention ?? {};
	const retention = {
		...standardRetention,
		...rules
	};
	const categories = Object.entries(data.categories ?? {}).map(([name, { every, rpo, paths = [], recipients = [], retention: own }]) => [name, {
		everyMs: msOrNull(every),
		rpoMs: msOrNull(rpo),
		paths,
		recipients,
		...keptBy(retention, own)
	}]);
	const objectives = Object.entries(data.policy?.rto ?? {}).map(([name, time]) => [name, certain(parseDuration(time))]);
	const fleet = {
		recipients: data.recipients,
		signers: data.signers,
		hosts: hostsOf(data),
		categories: new Map(categories),
		rto: new Map([...standardRto, ...objectives]),
		retention,
		countsMs: certain(parseDuration(counts)),
		pinned: pinsOf(pinned),
		review: {
			group: "change",
			labels: [],
			reviewers: [],
			ignore: [],
			...data.review
		}
	};
	return {
		...fleet,
		warnings: warningsOf(fleet)
	};
}
function hostsOf(data) {
	const defaults = data.defaults ?? {};
	const jumps = jumpsOf(data.hosts, defaults);
	const made = /* @__PURE__ */ new Map();
	const hostAt = (name) => {
		const known = made.get(name);
		if (known !== void 0) return known;
		const entry = certain(data.hosts[name]);
		const host = {
			name,
			address: entry.address,
			port: entry.port ?? defaults.port ?? 22,
			user: entry.user ?? defaults.user ?? "pmta-backup",
			profile: entry.profile ?? defaults.profile ?? "powermta",
			hostKeys: (entry.hostKeys ?? []).map(pinOf),
			jumps: chainOf(name, jumps).slice(1).toReversed().map(hostAt),
			tags: entry.tags ?? defaults.tags ?? [],
			sudo: entry.sudo ?? defaults.sudo ?? false,
			backup: entry.backup ?? entry.spare !== true,
			spare: entry.spare ?? false
		};
		made.set(name, host);
		return host;
	};
	return Object.keys(data.hosts).map(hostAt);
}
function pinsOf(pinned) {
	const pins = /* @__PURE__ */ new Map();
	for (const pin of pinned) {
		const { host, sequence } = certain(matched(pinPattern, pin, "host", "sequence"));
		pins.set(host, (pins.get(host) ?? /* @__PURE__ */ new Set()).add(Number(sequence)));
	}
	return pins;
}
/** The rules of one category: a period for logs, numbers of snapshots for all others. */
function keptBy(retention, own) {
	if (own === void 0) return {
		retention: null,
		keepMs: null
	};
	const { keep, ...rules } = own;
	return {
		retention: Object.keys(rules).length > 0 ? {
			...retention,
			...rules
		} : null,
		keepMs: msOrNull(keep)
	};
}
const msOrNull = (text) => text === void 0 ? null : parseDuration(text);
export { parseFleet as t };
