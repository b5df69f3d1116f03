import { t as Problem } from "./problem.js";
import { t as targetProblem } from "./target-problem.js";
import { open, unlink } from "node:fs/promises";
// src/restore/write-new.ts
/**
* Writes a new file, whole and on disk, or none. Nothing is ever overwritten.
* @throws Problem "restore/not-empty", "restore/full", "restore/refused"
*/
async function writeNew(path, bytes) {
	const file = await open(path, "wx", 384).catch((cause) => {
		if (cause.code !== "EEXIST") throw targetProblem(path, cause);
		throw new Problem("restore/not-empty", `${path} is there already; nothing was written`, {
			cause,
			hint: "name a new file: nothing is ever overwritten"
		});
	});
	try {
		await file.writeFile(bytes);
		await file.sync();
	} catch (cause) {
		await unlink(path);
		throw targetProblem(path, cause);
	} finally {
		await file.close();
	}
}
export { writeNew as t };
