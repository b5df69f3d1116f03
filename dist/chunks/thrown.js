// src/core/thrown.ts
/** What was thrown is unknown: a library may throw anything. */
/** What the system calls the trouble that it had, such as `ENOENT`. */
function systemCode(thrown) {
	return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown reason";
}
const asError = (thrown) => thrown instanceof Error ? thrown : new Error(String(thrown));
const wordsOf = (thrown) => asError(thrown).message;
/** With the places that it came through. */
const traceOf = (thrown) => String(asError(thrown).stack);
export { wordsOf as i, systemCode as n, traceOf as r, asError as t };
