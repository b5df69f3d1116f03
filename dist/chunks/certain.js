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
export { certain as t };
