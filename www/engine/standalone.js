// @ts-check
/** The entry of the one file that the wheel carries: the engine with onnxruntime-web, which lies beside it or in memory. */

import { useFolder } from './files.js';
import * as ort from './ort.js';
import { libraries } from './session.js';

useFolder('./');
libraries.set('ort', async () => ort);

export { answer, answerNow } from './engine.js';
