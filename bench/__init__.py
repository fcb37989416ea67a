"""How fast: `make bench` measures one Yinuo beside a peer, in one run, on one machine. See docs/performance.md."""
