// src/core/write-whole.ts
/** A disk that gets full takes the first part of what it is given, and says so when it is given the rest. */
async function writeWhole(file, bytes, at) {
	for (let done = 0; done < bytes.length;) {
		const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
		done += bytesWritten;
	}
}
export { writeWhole as t };
