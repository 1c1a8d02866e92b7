# Settings of the kernel that executes the notebooks at build time; a contributor's own do not apply.
c = get_config()  # noqa: F821 (IPython provides it)
c.HistoryManager.enabled = False
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None, "Creator": None}}
c.InlineBackend.rc = {}
c.IPKernelApp.log_level = 40  # it would warn of its transport, which never leaves the machine
