import subprocess
import sys

HEAVY = {"torch", "transformers", "trl", "peft", "datasets", "accelerate", "plotly"}


def imported_by(statement, root):
    """Names of the top-level modules loaded after `statement` in a fresh interpreter."""
    code = f"{statement}; import sys; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    return set(subprocess.check_output([sys.executable, "-c", code], cwd=root, text=True).split())


def test_the_studio_starts_without_the_training_stack(root):
    assert not HEAVY & imported_by("import studio.layout", root)


def test_the_views_know_no_page(root):
    loaded = imported_by(
        "import pipelines.views.comparisons, pipelines.views.curation, pipelines.views.training, "
        "pipelines.views.judgment_summary, pipelines.views.stories, pipelines.views.status",
        root,
    )
    assert not (HEAVY | {"gradio", "studio"}) & loaded
