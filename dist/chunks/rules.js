import { i as showDuration, n as durationPattern, t as durationForm } from "./duration.js";
import { n as nearest, t as didYouMean } from "./nearest.js";
import { isIP } from "node:net";
import { Buffer } from "node:buffer";
// src/fleet/ssh-key.ts
/** Fields of a public key after its type. @see RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4 */
const fieldsOf = {
	"ssh-ed25519": 1,
	"ssh-rsa": 2,
	"ecdsa-sha2-nistp256": 2,
	"ecdsa-sha2-nistp384": 2,
	"ecdsa-sha2-nistp521": 2
};
const hostKeyAlgorithms = Object.keys(fieldsOf);
const signerAlgorithms = ["ssh-ed25519", "ssh-rsa"];
const smallestRsaBits = 2048;
const copyAgain$1 = "copy the whole line again";
/** What is wrong with a line of `hostKeys`, as the end of a sentence with its remedy; null: nothing. */
function hostKeyFault(text) {
	if (text.startsWith("MD5:") || /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/i.test(text)) return "is an MD5 fingerprint, which can be forged; use the SHA256: one";
	if (text.startsWith("SHA256:")) return /^SHA256:[A-Za-z0-9+/]{43}$/.test(text) ? null : "is not a fingerprint; after SHA256: come 43 characters, without =";
	const [first = "", second = ""] = text.split(" ");
	if (!isAlgorithm(first) && isAlgorithm(second)) return `begins with a host; leave ${JSON.stringify(first)} out`;
	return publicKeyFault(text, hostKeyAlgorithms);
}
/** What is wrong with a line of `signers`, as the end of a sentence with its remedy; null: nothing. */
function signerFault(text) {
	if (text.startsWith("SHA256:")) return "is a fingerprint; signatures are checked with the whole public key";
	return publicKeyFault(text, signerAlgorithms);
}
/** @param text  one in which `hostKeyFault` finds nothing */
function pinOf(text) {
	if (text.startsWith("SHA256:")) return {
		kind: "fingerprint",
		sha256: text
	};
	const [algorithm = "", base64 = ""] = text.split(" ");
	return {
		kind: "key",
		algorithm,
		base64
	};
}
/** The key of a public key line without its comment: what makes two lines the same key. */
const withoutComment = (text) => text.split(" ", 2).join(" ");
function publicKeyFault(text, algorithms) {
	if (/PRIVATE KEY/.test(text)) return "is a private key; write the line of its .pub file";
	const [algorithm = "", base64] = text.split(" ");
	if (!isAlgorithm(algorithm) || !algorithms.includes(algorithm)) {
		const known = algorithms.join(", ");
		return `begins with ${JSON.stringify(algorithm.slice(0, 40))}, which is not one of ${known}${didYouMean(algorithm, algorithms)}`;
	}
	if (base64 === void 0 || base64 === "") return `has nothing after ${algorithm}; ${copyAgain$1}`;
	const fields = fieldsIn(base64);
	if (fields === null) return `is cut off or not base64; ${copyAgain$1}`;
	const [type, ...values] = fields;
	const inner = type?.toString("latin1") ?? "";
	if (inner !== algorithm) return `says ${algorithm}, but holds a key of type ${JSON.stringify(inner.slice(0, 40))}; ${copyAgain$1}`;
	if (values.length !== fieldsOf[algorithm] || values.some((value) => value.length === 0)) return `holds no whole key; ${copyAgain$1}`;
	if (algorithm === "ssh-ed25519" && values[0]?.length !== 32) return `holds no whole key; ${copyAgain$1}`;
	const bits = algorithm === "ssh-rsa" ? bitsOf(values[1]) : smallestRsaBits;
	return bits < smallestRsaBits ? `is an RSA key of ${bits} bits, which is too weak; use ssh-ed25519` : null;
}
/** The length-prefixed fields of a key blob; null when it is not base64 or does not end where it says. */
function fieldsIn(base64) {
	const bytes = Buffer.from(base64, "base64");
	if (bytes.toString("base64") !== base64) return null;
	const fields = [];
	for (let at = 0; at < bytes.length;) {
		const end = at + 4 <= bytes.length ? at + 4 + bytes.readUInt32BE(at) : Number.POSITIVE_INFINITY;
		if (end > bytes.length) return null;
		fields.push(bytes.subarray(at + 4, end));
		at = end;
	}
	return fields;
}
/** Bits of an SSH mpint, which has a zero byte in front where the first bit would be a sign. */
function bitsOf(modulus) {
	const hex = (modulus ?? Buffer.alloc(0)).toString("hex").replace(/^0+/, "");
	return hex === "" ? 0 : BigInt(`0x${hex}`).toString(2).length;
}
const isAlgorithm = (text) => Object.hasOwn(fieldsOf, text);
// src/fleet/finding.ts
/** A private key of any kind, from its first mark to the end of what can belong to it. */
const privateKeyPattern = /AGE-(?:SECRET-KEY|PLUGIN)-[A-Z0-9-]{10,}|-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*/gi;
/** Such as `hosts.mta1.hostKeys[0]`. */
function showPath(path) {
	return path.reduce((text, step) => {
		if (typeof step === "number") return `${text}[${step}]`;
		const name = /^[\w-]+$/.test(step) ? step : JSON.stringify(step.slice(0, 60));
		return text === "" ? name : `${text}.${name}`;
	}, "");
}
/** A value as the file has it, on one line, at most 60 characters; lists and maps by name only. */
function showValue(value) {
	if (value === null) return "nothing";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "object") return "a map";
	if (typeof value !== "string") return String(value);
	return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
}
/** `path: value message`, without whatever looks like a private key. */
function showFinding({ path, value, message }) {
	const subject = value === void 0 ? message : `${showValue(value)} ${message}`;
	return (path.length === 0 ? subject : `${showPath(path)}: ${subject}`).replaceAll(privateKeyPattern, "(a private key)");
}
/** Whether a value of the file is a map with text keys; not a list, not empty. */
function isMap(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
// src/fleet/names.ts
/** A host's name is a git ref segment, a folder and a file name; the pattern and the two below say what is left out. */
const hostNamePattern = /^(?!.*\.\.)(?!.*\.([lL][oO][cC][kK])?$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const hostNameForm = "is not a usable host name; use up to 63 letters, digits, dots, dashes and underscores, a letter or digit first, without two dots in a row and without a dot or .lock at the end";
const userPattern = /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/;
const wordPattern = /^[a-z][a-z0-9-]{0,39}$/;
/** Names that objects of JavaScript have by birth: libraries skip them silently, and so a host would be lost. */
const reservedNames = [
	"__proto__",
	"constructor",
	"prototype"
];
const label = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
/** What is wrong with an address, as the end of a sentence with its remedy; null: nothing. */
function addressFault(text) {
	if (isIP(text) !== 0) return null;
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return "has a scheme; write only the host name or address";
	if (text.includes("@")) return "has a user; write it as `user:`";
	if (/^\[.*\]/.test(text)) return "has brackets; write the address without them, and a port as `port:`";
	if (/^[^:]+:[0-9]+$/.test(text)) return "has a port; write it as `port:`";
	if (/[^\u0020-\u007e]/.test(text)) return "has letters beyond ASCII; write the xn-- form of the name";
	const labels = text.replace(/\.$/, "").split(".");
	if (text.length > 253 || !labels.every((part) => label.test(part))) return "is neither a host name nor an IP address";
	return /^[0-9]+$/.test(labels.at(-1) ?? "") ? "is not an IPv4 address; it has four numbers from 0 to 255" : null;
}
/** One form for one address, so that equal ones compare equal. @param text  one without fault */
function canonicalAddress(text) {
	const lower = text.toLowerCase().replace(/\.$/, "");
	return isIP(lower) === 6 && !lower.includes("%") ? new URL(`ssh://[${lower}]`).hostname : lower;
}
/** What is wrong with a path or pattern, as the end of a sentence with its remedy; null: nothing. */
function pathFault(text) {
	if (!text.startsWith("/")) return "is not absolute; begin it with /";
	if (/[\0-\x1f\x7f]/.test(text)) return "has a control character";
	if (text === "/") return "is the whole file system; name what is to be backed up";
	const parts = text.slice(1).split("/");
	if (parts.includes("..")) return "has a .. in it; write where it leads";
	if (parts.at(-1) === "") return "ends with /; leave that out, or add ** for all below";
	return parts.includes("") || parts.includes(".") ? "is not in its shortest form; leave out // and /./" : null;
}
// src/fleet/recipient.ts
/** Bytes of a public key: X25519, and ML-KEM-768 with X25519. @see age, C2SP age.md */
const keyBytes = {
	age: 32,
	age1pq: 1216
};
const copyAgain = "copy it again from the line `# public key:` of the key file";
/**
* What is wrong with a line of `recipients`, as the end of a sentence with its remedy; null: nothing.
* Recipients of other kinds are refused: a bundle has to open with stock age and no plug-in.
*/
function recipientFault(text) {
	if (/^AGE-SECRET-KEY-/i.test(text)) return "is a private key; write its public half, which begins with age1";
	if (/^(ssh|ecdsa|sk)-/.test(text)) return "is an SSH key, whose owner age would reveal; make an age key with `age-keygen`";
	if (/^age1tag(pq)?1/.test(text)) return "is bound to a hardware token that a restore may not have; make a key with `age-keygen`";
	if (!/^age1[a-z0-9]+$/.test(text)) return "is not an age recipient; it begins with age1 and is printed by `age-keygen`";
	const separator = text.lastIndexOf("1");
	const prefix = text.slice(0, separator);
	if (prefix !== "age" && prefix !== "age1pq") return `needs the plug-in age-plugin-${prefix.slice(4)}; make a key with \`age-keygen\``;
	const words = [...text.slice(separator + 1)].map((letter) => alphabet.indexOf(letter));
	if (words.includes(-1) || !isChecked(prefix, words)) return `has a wrong checksum, so it is not what age-keygen printed; ${copyAgain}`;
	const bytes = Math.floor((words.length - 6) * 5 / 8);
	return bytes === keyBytes[prefix] ? null : `has ${bytes} bytes instead of ${keyBytes[prefix]}; ${copyAgain}`;
}
/** @param text  one in which `recipientFault` finds nothing */
const kindOf = (text) => text.startsWith("age1pq1") ? "post-quantum" : "x25519";
const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const generator = [
	996825010,
	642813549,
	513874426,
	1027748829,
	705979059
];
/** @see BIP 173, "Checksum"; age lifts its limit of 90 characters */
function isChecked(prefix, words) {
	const codes = [...Buffer.from(prefix)];
	let sum = 1;
	for (const word of [
		...codes.map((code) => code >> 5),
		0,
		...codes.map((code) => code & 31),
		...words
	]) {
		const top = sum >>> 25;
		sum = (sum & 33554431) << 5 ^ word;
		for (const [bit, term] of generator.entries()) if (top >>> bit & 1) sum ^= term;
	}
	return sum === 1;
}
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
/** What the shelf of profiles holds; `test/fleet/schema.test.ts` compares, as a step cannot import a shelf. */
const profileNames = ["powermta"];
const knownCategories = [
	"config",
	"dkim",
	"tls",
	"license",
	"data",
	"accounting",
	"log"
];
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
	pinned: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ array(/* @__PURE__ */ pipe(/* @__PURE__ */ string(), /* @__PURE__ */ regex(pinPattern, "is not a snapshot; write host/number, such as mta1/12"))), /* @__PURE__ */ description("Snapshots that stay, as host/number.")))
});
const recipients = some(form(/^age1[a-z0-9]+$/, recipientFault), "make a key with `age-keygen` and add its age1… line");
const category = /* @__PURE__ */ strictObject({
	every: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(duration, /* @__PURE__ */ description("How often a log category is due, such as 24h, which is what it is unless told. All others are due in each run."))),
	rpo: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(duration, /* @__PURE__ */ description("Recovery point objective: how old its last copy may be."))),
	paths: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(some(form(/^\/[^\0-\x1f\x7f]+$/, pathFault), "name a path, or leave the key out"), /* @__PURE__ */ description("Absolute patterns (`*`, `?`, `[…]`, `**`) instead of the profile's."))),
	retention: /* @__PURE__ */ exactOptional(/* @__PURE__ */ pipe(/* @__PURE__ */ strictObject(rules), /* @__PURE__ */ description("Rules of its own; what it does not say is as under `retention`."))),
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
// src/fleet/rules.ts
/**
* What a fleet file must not say in two places, and what it had better not say. Looks at data that may be
* wrong elsewhere, so that one pass tells everything.
*/
/** Recovery time objectives by scenario, ms, where the fleet file says nothing. */
const standardRto = /* @__PURE__ */ new Map([
	["config-corruption", 18e5],
	["hardware-failure", 144e5],
	["dkim-key-loss", 72e5],
	["license-expiry", 72e5],
	["datacenter-failure", 864e5]
]);
function ruleFindings(data) {
	if (!isMap(data)) return [];
	const hosts = isMap(data["hosts"]) ? data["hosts"] : {};
	const defaults = isMap(data["defaults"]) ? data["defaults"] : {};
	return [
		...recipientFindings(data["recipients"], ["recipients"]),
		...Object.entries(isMap(data["categories"]) ? data["categories"] : {}).flatMap(([name, category]) => isMap(category) ? [...recipientFindings(category["recipients"], [
			"categories",
			name,
			"recipients"
		])] : []),
		...signerFindings(data["signers"]),
		...nameFindings(Object.keys(hosts)),
		...backupFindings(hosts),
		...spareFindings(hosts),
		...jumpFindings(hosts, defaults),
		...addressFindings(hosts, defaults),
		...categoryFindings(data["categories"]),
		...scenarioFindings(isMap(data["policy"]) ? data["policy"]["rto"] : void 0)
	];
}
function* recipientFindings(list, path) {
	const recipients = textsIn(list);
	yield* repeated(recipients, path, (text) => text);
	const first = recipients[0];
	for (const [index, text] of recipients) {
		if (first === void 0 || !text.startsWith("age1") || kindOf(text) === kindOf(first[1])) continue;
		const message = `is ${kindOf(text)}, while the first is ${kindOf(first[1])}; age cannot seal to both, so use one kind`;
		yield {
			path: [...path, index],
			at: "value",
			value: text,
			message
		};
	}
}
function* signerFindings(list) {
	yield* repeated(textsIn(list), ["signers"], withoutComment);
}
function* repeated(texts, path, same) {
	const seen = /* @__PURE__ */ new Set();
	for (const [index, text] of texts) {
		if (seen.has(same(text))) yield {
			path: [...path, index],
			at: "value",
			value: text,
			message: "is listed twice; remove one"
		};
		seen.add(same(text));
	}
}
function* nameFindings(names) {
	const seen = /* @__PURE__ */ new Map();
	for (const name of names) {
		const other = seen.get(name.toLowerCase());
		if (other !== void 0) {
			const message = `differs from ${other} in capitals only, which some file systems do not see; rename one`;
			yield {
				path: ["hosts", name],
				at: "key",
				message
			};
		}
		seen.set(name.toLowerCase(), name);
	}
}
/** A run over nothing would look like a good one. */
function* backupFindings(hosts) {
	const names = Object.keys(hosts);
	const isLeftOut = ({ backup, spare }) => backup === false || backup === void 0 && spare === true;
	if (names.length === 0 || !names.every((name) => isLeftOut(entryOf(hosts, name)))) return;
	yield {
		path: ["hosts"],
		at: "key",
		message: `has no host that is backed up, as each says backup: false${names.some((name) => entryOf(hosts, name)["spare"] === true) ? " or spare: true" : ""}; add one, or take that out`
	};
}
/** What is backed up is not to be overwritten by a rehearsal. */
function* spareFindings(hosts) {
	for (const name of Object.keys(hosts)) {
		const { backup, spare } = entryOf(hosts, name);
		if (backup !== true || spare !== true) continue;
		yield {
			path: [
				"hosts",
				name,
				"spare"
			],
			at: "key",
			message: "stands beside backup: true; a spare is overwritten by drills, so take one of the two out"
		};
	}
}
function* jumpFindings(hosts, defaults) {
	const names = Object.keys(hosts);
	const jumps = jumpsOf(hosts, defaults);
	for (const [path, jump] of [[["defaults", "jump"], defaults["jump"]], ...names.map((name) => [[
		"hosts",
		name,
		"jump"
	], entryOf(hosts, name)["jump"]])]) {
		if (typeof jump !== "string" || Object.hasOwn(hosts, jump)) continue;
		yield {
			path,
			at: "value",
			value: jump,
			message: `is not a host of this file${didYouMean(jump, names) || "; add an entry for it under hosts"}`
		};
	}
	for (const name of names) {
		const way = chainOf(name, jumps);
		if (way.at(-1) !== name || way.length < 2) continue;
		yield {
			path: [
				"hosts",
				name,
				"jump"
			],
			at: "value",
			message: `goes round in a loop (${way.join(" → ")}); let one of them go directly`
		};
	}
}
/**
* The jump of each host, that of the defaults included. The default jump is not for the hosts that it leads
* through itself.
*/
function jumpsOf(hosts, defaults) {
	const own = /* @__PURE__ */ new Map();
	for (const name of Object.keys(hosts)) {
		const jump = entryOf(hosts, name)["jump"];
		if (typeof jump === "string" && Object.hasOwn(hosts, jump)) own.set(name, jump);
	}
	const standard = defaults["jump"];
	if (typeof standard !== "string" || !Object.hasOwn(hosts, standard)) return own;
	const onTheWay = chainOf(standard, own);
	const inherited = Object.keys(hosts).filter((name) => entryOf(hosts, name)["jump"] === void 0 && !onTheWay.includes(name));
	return new Map([...own, ...inherited.map((name) => [name, standard])]);
}
/** A host and what it jumps through, itself first; ends at the first host that comes again. */
function chainOf(name, jumps) {
	const way = [name];
	for (let next = jumps.get(name); next !== void 0; next = jumps.get(next)) {
		const again = way.includes(next);
		way.push(next);
		if (again) break;
	}
	return way;
}
/** The same address twice is one server twice, unless it is reached through another jump host. */
function* addressFindings(hosts, defaults) {
	const jumps = jumpsOf(hosts, defaults);
	const seen = /* @__PURE__ */ new Map();
	for (const name of Object.keys(hosts)) {
		const { address, port = defaults["port"] ?? 22 } = entryOf(hosts, name);
		if (typeof address !== "string") continue;
		const where = `${canonicalAddress(address)} ${port} ${jumps.get(name) ?? ""}`;
		const other = seen.get(where);
		if (other !== void 0) yield {
			path: [
				"hosts",
				name,
				"address"
			],
			at: "value",
			value: address,
			message: `is ${other}'s address and port too; remove one of the two`
		};
		seen.set(where, name);
	}
}
function* categoryFindings(categories) {
	for (const [name, category] of Object.entries(isMap(categories) ? categories : {})) {
		if (knownCategories.includes(name) || !isMap(category) || category["paths"] !== void 0) continue;
		const near = didYouMean(name, knownCategories) || `; a new category needs paths (known are ${knownCategories.join(", ")})`;
		yield {
			path: ["categories", name],
			at: "key",
			message: `is not a category of the profile${near}`
		};
	}
}
function* scenarioFindings(rto) {
	for (const name of Object.keys(isMap(rto) ? rto : {})) {
		const near = nearest(name, standardRto.keys());
		if (near === null || near === name) continue;
		yield {
			path: [
				"policy",
				"rto",
				name
			],
			at: "key",
			message: `is not a known scenario; did you mean "${near}"?`
		};
	}
}
/** Whether any host is reached through this one. */
function isJump(name, { hosts }) {
	return hosts.some(({ jumps }) => jumps.some((jump) => jump.name === name));
}
/** What is allowed but unwise, each a sentence. */
function warningsOf(fleet) {
	const warnings = [];
	if (fleet.recipients.length === 1) warnings.push("recipients has one key only: if its private half is lost, so is every backup; add a second one that is kept offline");
	const pinned = /* @__PURE__ */ new Map();
	for (const { name, hostKeys } of fleet.hosts) for (const key of new Set(hostKeys.map((pin) => JSON.stringify(pin)))) {
		const other = pinned.get(key);
		if (other !== void 0) warnings.push(`${other} and ${name} have the same host key: who has one can pose as the other; give each its own`);
		pinned.set(key, name);
	}
	for (const { name, backup, spare } of fleet.hosts) if (!backup && !spare && !isJump(name, fleet)) warnings.push(`${name} has backup: false, and no host goes through it: it stands there for nothing`);
	for (const [name, { everyMs, rpoMs, recipients }] of fleet.categories) {
		warnings.push(...tooSeldom(name, {
			everyMs,
			rpoMs
		}));
		if (recipients.length === 1) warnings.push(`category ${name} has one recipient only: if its private half is lost, so is every copy of it`);
	}
	if (Object.values(fleet.retention).every((kept) => kept === 0)) warnings.push("retention keeps nothing but the last verified copy; raise one of its numbers");
	return warnings;
}
function tooSeldom(name, { everyMs, rpoMs }) {
	if (everyMs === null || rpoMs === null || everyMs <= rpoMs) return [];
	return [`category ${name} is due every ${showDuration(everyMs)} but must not be older than ${showDuration(rpoMs)}: it will miss its RPO`];
}
const entryOf = (hosts, name) => {
	const entry = Object.hasOwn(hosts, name) ? hosts[name] : void 0;
	return isMap(entry) ? entry : {};
};
const textsIn = (list) => (Array.isArray(list) ? [...list.entries()] : []).filter((entry) => typeof entry[1] === "string");
export { standardRto as a, pinPattern as c, isMap as d, privateKeyPattern as f, withoutComment as h, ruleFindings as i, safeParse as l, pinOf as m, isJump as n, warningsOf as o, showFinding as p, jumpsOf as r, fleetSchema as s, chainOf as t, reservedNames as u };
