// Everything a page does by itself. Data and markup stay with the server; without scripts every page still works.
import * as clocks from "./clocks.js";
import * as drafts from "./drafts.js";
import * as forms from "./forms.js";
import * as held from "./held.js";
import * as keys from "./keys.js";
import * as lists from "./lists.js";
import * as live from "./live.js";
import * as menus from "./menus.js";
import * as palette from "./palette.js";
import * as toasts from "./toasts.js";
import * as uploads from "./uploads.js";

for (const part of [menus, palette, keys, forms, lists, toasts, drafts, uploads, clocks, live, held]) part.start();
