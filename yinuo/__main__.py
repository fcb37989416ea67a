"""`python -m yinuo` is the `yinuo` command."""

from yinuo.site.cli import main

raise SystemExit(main())
