// src/show/paint.ts
function paint(color) {
	const code = (on, off) => (text) => color ? `\u001B[${on}m${text}\u001B[${off}m` : text;
	return {
		red: code(31, 39),
		green: code(32, 39),
		yellow: code(33, 39),
		bold: code(1, 22),
		dim: code(2, 22)
	};
}
export { paint as t };
