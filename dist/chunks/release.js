// src/core/release.ts
/**
* Frees the memory behind bytes that nobody looks at any more, where they are all that is in it. Left to the garbage
* collector, which starts by what it knows of, what passes through in large pieces comes to a multiple of what is used.
*/
function release(bytes) {
	const { buffer } = bytes;
	if (buffer instanceof ArrayBuffer && bytes.length === buffer.byteLength) buffer.transfer(0);
}
/** The same for bytes in a memory that was made for them, and is larger: what zlib gives. */
function releaseWithRest({ buffer }) {
	if (buffer.byteLength > 2 * Buffer.poolSize) release(new Uint8Array(buffer));
}
export { releaseWithRest as n, release as t };
