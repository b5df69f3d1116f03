// src/core/zstd-frame.ts
/** What no zstd writes. */
var MalformedFrame = class extends Error {
	name = "MalformedFrame";
};
/** Of what is smaller, to compress or to decompress, the way to the runtime's pool and back takes longer than the work. */
const leastPooledBytes = 32768;
const magic = 4247762216;
const maxBlockBytes = 131072;
const rle = 1;
const reserved = 3;
const checksumFlag = 4;
const checksumBytes = 4;
const blockHeaderBytes = 3;
/**
* The bytes of exactly one frame.
* @throws MalformedFrame, StreamEnded, StreamStalled
*/
async function* frameParts(source) {
	const start = await source.take(5);
	if (start.readUInt32LE(0) !== magic) throw new MalformedFrame("no zstd frame where one was announced");
	const { fieldBytes, hasChecksum } = descriptorOf(start);
	yield start;
	yield await source.take(fieldBytes);
	for (let last = false; !last;) {
		const head = await source.take(blockHeaderBytes);
		const block = blockOf(head, 0);
		last = block.last;
		yield head;
		yield await source.take(block.bytes);
	}
	if (hasChecksum) yield await source.take(checksumBytes);
}
/**
* Whether these bytes are one frame from the first to the last of them.
* @throws MalformedFrame for what no zstd writes
*/
function isOneFrame(bytes) {
	if (bytes.length < 5 || bytes.readUInt32LE(0) !== magic) return false;
	const sumBytes = descriptorOf(bytes).hasChecksum ? checksumBytes : 0;
	for (const { last, end } of blocksOf(bytes)) if (last) return end + sumBytes === bytes.length;
	return false;
}
/**
* Where the last block begins that holds anything: zstd ends with an empty one where its input filled the one before.
* @param frame  one whole frame
*/
function lastBlockAt(frame) {
	let found = firstBlockAt(frame);
	for (const { at, bytes } of blocksOf(frame)) if (bytes > 0) found = at;
	return found;
}
/**
* A frame of all its blocks but the last, without a checksum: a place to cut a frame without compressing what is
* in it again. Null where there is none: a frame of one block, or one whose header tells its size.
* @param frame  one whole frame
*/
function withoutLastBlock(frame) {
	const [first, end] = [firstBlockAt(frame), lastBlockAt(frame)];
	if (descriptorOf(frame).tellsSize || end === first) return null;
	const cut = Buffer.from(frame.subarray(0, end));
	cut.writeUInt8(cut.readUInt8(4) & -5, 4);
	let at = first;
	for (const block of blocksOf(cut)) at = block.at;
	cut.writeUInt8(cut.readUInt8(at) | 1, at);
	return cut;
}
/** What the first byte of a frame's header says of the rest of it. */
function descriptorOf(frame) {
	const descriptor = frame.readUInt8(4);
	const single = (descriptor & 32) !== 0;
	const sizeBytes = Buffer.of(single ? 1 : 0, 2, 4, 8).readUInt8(descriptor >> 6);
	const dictionaryBytes = Buffer.of(0, 1, 2, 4).readUInt8(descriptor & 3);
	return {
		fieldBytes: (single ? 0 : 1) + dictionaryBytes + sizeBytes,
		tellsSize: sizeBytes > 0,
		hasChecksum: (descriptor & checksumFlag) !== 0
	};
}
const firstBlockAt = (frame) => 5 + descriptorOf(frame).fieldBytes;
/** Its blocks as far as the bytes go. */
function* blocksOf(frame) {
	for (let [at, isLast] = [firstBlockAt(frame), false]; !isLast && at + blockHeaderBytes <= frame.length;) {
		const { last, bytes } = blockOf(frame, at);
		const end = at + blockHeaderBytes + bytes;
		yield {
			at,
			end,
			last,
			bytes
		};
		[at, isLast] = [end, last];
	}
}
function blockOf(source, at) {
	const bits = source.readUIntLE(at, blockHeaderBytes);
	const [type, size] = [bits >> 1 & 3, bits >> 3];
	if (type === reserved || size > maxBlockBytes) throw new MalformedFrame("a zstd block that is none");
	return {
		last: (bits & 1) === 1,
		bytes: type === rle ? 1 : size
	};
}
export { leastPooledBytes as a, lastBlockAt as i, frameParts as n, withoutLastBlock as o, isOneFrame as r, MalformedFrame as t };
