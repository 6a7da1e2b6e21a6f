"""Colors and type: calm paper and ink, one accent, system fonts only."""

import gradio as gr

SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "DejaVu Sans Mono", "monospace")
PETROL = gr.themes.Color(
    c50="#effaf8", c100="#d6f1ec", c200="#aee2da", c300="#7bccc2", c400="#46b0a5",
    c500="#1f9489", c600="#12766e", c700="#115f59", c800="#114c49", c900="#123f3d",
    c950="#052524", name="petrol",
)  # fmt: skip


def theme() -> gr.themes.Base:
    """Return the theme; its fonts are the machine's own, so nothing is fetched."""
    return gr.themes.Base(
        primary_hue=PETROL,
        secondary_hue=PETROL,
        neutral_hue=gr.themes.colors.stone,
        font=SANS,
        font_mono=MONO,
        radius_size=gr.themes.sizes.radius_md,
    ).set(
        body_background_fill="#faf8f5",
        body_background_fill_dark="#161514",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1f1d1c",
        block_border_color="*neutral_200",
        block_border_color_dark="#35322f",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_title_text_weight="600",
        block_shadow="none",
        input_border_width="1px",
        button_border_width="1px",
        button_large_text_weight="550",
        button_large_padding="8px 16px",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_700",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
        button_secondary_background_fill="#ffffff",
        button_secondary_background_fill_dark="#2a2725",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="#4a4541",
        input_background_fill="#ffffff",
        input_background_fill_dark="#191817",
        input_border_color_dark="#45403c",
        body_text_color_subdued="#57534e",
        body_text_color_subdued_dark="#b8b1aa",
        block_info_text_color="#57534e",
        block_info_text_color_dark="#b8b1aa",
    )
