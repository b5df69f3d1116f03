// src/core/certain.ts
/**
* What is there by the way the code around it goes, which its type cannot say. A default in its place would go on with
* what is wrong.
* @throws Error  a bug of this program
*/
function certain(value) {
	if (value === null || value === void 0) throw new Error("something that must be there is not");
	return value;
}
/** The item of a list of one; null for any other number of them. */
const onlyOne = (items) => items.length === 1 ? certain(items[0]) : null;
export { onlyOne as n, certain as t };
