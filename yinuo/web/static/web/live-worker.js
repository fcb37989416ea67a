// One stream for all tabs of this browser (a host allows six connections). Classic worker script, no imports.
const ports = new Set();
let source = null;
let address = "";
let wait = 1000;
let state = "connecting";

const tell = (message) => ports.forEach((port) => port.postMessage(message));

const become = (next) => {
  state = next;
  tell({ state });
};

const open = () => {
  source = new EventSource(address, { withCredentials: true });
  source.addEventListener("open", () => {
    wait = 1000;
    become("open");
  });
  source.addEventListener("fact", (event) => tell({ fact: event.data }));
  source.addEventListener("reset", () => tell({ reset: true }));
  source.addEventListener("error", () => {
    become("lost");
    if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
    setTimeout(open, wait);
    wait = Math.min(wait * 2, 60_000);
  });
};

self.onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data.bye) {
      ports.delete(port);
      if (!ports.size) self.close();
      return;
    }
    if (!source) {
      address = data.open;
      open();
    } else {
      port.postMessage({ state });
    }
  };
};
