// src/core/release.ts
/**
* Frees the memory behind bytes that nobody looks at any more, where they are all that is in it. Left to the garbage
* collector, which starts by what it knows of, what passes through in large pieces comes to a multiple of what is used.
*/
function release(bytes) {
	const { buffer } = bytes;
	if (buffer instanceof ArrayBuffer && bytes.length === buffer.byteLength) buffer.transfer(0);
}
export { release as t };
