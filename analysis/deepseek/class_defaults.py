"""What the reference implementation takes where the text part of a file leaves a size out.

Hugging Face transformers writes into such a part only what differs from the defaults of its class, so that a size which
is not there is one of these. They were read from version 5.24.0. A file that stands by itself must give its sizes.
"""

from __future__ import annotations

_LINES = {
    "cohere": (
        "hidden_size 8192, intermediate_size 22528, num_attention_heads 64, num_hidden_layers 40, vocab_size 256000"
    ),
    "cohere2": (
        "hidden_size 8192, intermediate_size 22528, num_attention_heads 64, num_hidden_layers 40, vocab_size 256000"
    ),
    "deepseek_v2": (
        "hidden_size 4096, intermediate_size 11008, kv_lora_rank 512, moe_intermediate_size 1407, "
        "n_routed_experts 64, n_shared_experts 2, num_attention_heads 32, num_hidden_layers 32, "
        "q_lora_rank 1536, qk_nope_head_dim 128, qk_rope_head_dim 64, v_head_dim 128, vocab_size 102400"
    ),
    "deepseek_v3": (
        "first_k_dense_replace 3, hidden_size 7168, intermediate_size 18432, kv_lora_rank 512, "
        "moe_intermediate_size 2048, n_group 8, n_routed_experts 256, n_shared_experts 1, "
        "num_attention_heads 128, num_experts_per_tok 8, num_hidden_layers 61, num_key_value_heads 128, "
        "q_lora_rank 1536, qk_nope_head_dim 128, qk_rope_head_dim 64, topk_group 4, v_head_dim 128, "
        "vocab_size 129280"
    ),
    "ernie4_5": (
        "hidden_size 1024, intermediate_size 3072, num_attention_heads 16, num_hidden_layers 18, "
        "num_key_value_heads 2, vocab_size 103424"
    ),
    "ernie4_5_moe": (
        "hidden_size 2560, intermediate_size 12288, moe_intermediate_size 1536, moe_k 6, moe_num_experts "
        "64, num_attention_heads 20, num_hidden_layers 28, num_key_value_heads 4, vocab_size 103424"
    ),
    "falcon": "hidden_size 4544, num_attention_heads 71, num_hidden_layers 32, vocab_size 65024",
    "gemma": (
        "hidden_size 3072, intermediate_size 24576, num_attention_heads 16, num_hidden_layers 28, "
        "num_key_value_heads 16"
    ),
    "gemma2": "hidden_size 2304, intermediate_size 9216, num_attention_heads 8, num_hidden_layers 26",
    "glm4": (
        "hidden_size 4096, intermediate_size 13696, num_attention_heads 32, num_hidden_layers 40, vocab_size 151552"
    ),
    "glm4_moe": (
        "hidden_size 4096, intermediate_size 10944, moe_intermediate_size 1408, n_routed_experts 128, "
        "num_attention_heads 96, num_experts_per_tok 8, num_hidden_layers 46, num_key_value_heads 8, "
        "vocab_size 151552"
    ),
    "gpt2": "n_embd 768, n_head 12, n_layer 12, n_positions 1024, vocab_size 50257",
    "gpt_oss": (
        "hidden_size 2880, intermediate_size 2880, num_attention_heads 64, num_experts_per_tok 4, "
        "num_hidden_layers 36, num_key_value_heads 8, num_local_experts 128, vocab_size 201088"
    ),
    "granite": (
        "hidden_size 4096, intermediate_size 11008, num_attention_heads 32, num_hidden_layers 32, vocab_size 32000"
    ),
    "granitemoehybrid": (
        "hidden_size 4096, intermediate_size 11008, num_attention_heads 32, num_hidden_layers 32, vocab_size 32000"
    ),
    "lfm2": (
        "hidden_size 2560, intermediate_size 12288, num_attention_heads 32, num_hidden_layers 32, vocab_size 65536"
    ),
    "lfm2_moe": (
        "hidden_size 2048, intermediate_size 7168, moe_intermediate_size 1792, num_attention_heads 32, "
        "num_experts 32, num_experts_per_tok 4, num_hidden_layers 32, vocab_size 65536"
    ),
    "llama": (
        "hidden_size 4096, intermediate_size 11008, num_attention_heads 32, num_hidden_layers 32, vocab_size 32000"
    ),
    "llama4_text": (
        "hidden_size 5120, intermediate_size 8192, intermediate_size_mlp 16384, num_attention_heads 40, "
        "num_experts_per_tok 1, num_hidden_layers 48, num_local_experts 16, vocab_size 202048"
    ),
    "mamba": "hidden_size 768, num_hidden_layers 32, vocab_size 50280",
    "ministral3": (
        "hidden_size 4096, intermediate_size 14336, num_attention_heads 32, num_hidden_layers 34, vocab_size 131072"
    ),
    "mistral": (
        "hidden_size 4096, intermediate_size 14336, num_attention_heads 32, num_hidden_layers 32, "
        "num_key_value_heads 8, sliding_window 4096, vocab_size 32000"
    ),
    "mixtral": (
        "hidden_size 4096, intermediate_size 14336, num_attention_heads 32, num_experts_per_tok 2, "
        "num_hidden_layers 32, num_key_value_heads 8, num_local_experts 8, vocab_size 32000"
    ),
    "mpt": "d_model 2048, n_heads 16, n_layers 24, vocab_size 50368",
    "nemotron_h": (
        "hidden_size 4096, intermediate_size 21504, moe_intermediate_size 7688, n_routed_experts 8, "
        "num_attention_heads 32, num_experts_per_tok 2, vocab_size 131072"
    ),
    "olmo": (
        "hidden_size 4096, intermediate_size 11008, num_attention_heads 32, num_hidden_layers 32, vocab_size 50304"
    ),
    "olmo2": (
        "hidden_size 4096, intermediate_size 11008, num_attention_heads 32, num_hidden_layers 32, vocab_size 50304"
    ),
    "opt": (
        "ffn_dim 3072, hidden_size 768, max_position_embeddings 2048, num_attention_heads 12, "
        "num_hidden_layers 12, vocab_size 50272"
    ),
    "phi": ("hidden_size 2048, intermediate_size 8192, num_attention_heads 32, num_hidden_layers 24, vocab_size 51200"),
    "phi3": (
        "hidden_size 3072, intermediate_size 8192, num_attention_heads 32, num_hidden_layers 32, vocab_size 32064"
    ),
    "qwen2": (
        "hidden_size 4096, intermediate_size 22016, num_attention_heads 32, num_hidden_layers 32, "
        "num_key_value_heads 32, vocab_size 151936"
    ),
    "qwen2_5_vl_text": (
        "hidden_size 8192, intermediate_size 29568, max_window_layers 80, num_attention_heads 64, "
        "num_hidden_layers 80, num_key_value_heads 8, vocab_size 152064"
    ),
    "qwen2_moe": (
        "hidden_size 2048, intermediate_size 5632, moe_intermediate_size 1408, num_attention_heads 16, "
        "num_experts 60, num_experts_per_tok 4, num_hidden_layers 24, num_key_value_heads 16, "
        "shared_expert_intermediate_size 5632, vocab_size 151936"
    ),
    "qwen2_vl_text": (
        "hidden_size 8192, intermediate_size 29568, max_window_layers 80, num_attention_heads 64, "
        "num_hidden_layers 80, num_key_value_heads 8, vocab_size 152064"
    ),
    "qwen3": (
        "hidden_size 4096, intermediate_size 22016, num_attention_heads 32, num_hidden_layers 32, "
        "num_key_value_heads 32, vocab_size 151936"
    ),
    "qwen3_5_moe_text": (
        "hidden_size 2048, linear_key_head_dim 128, linear_num_key_heads 16, linear_num_value_heads 32, "
        "linear_value_head_dim 128, moe_intermediate_size 512, num_attention_heads 16, num_experts 256, "
        "num_experts_per_tok 8, num_hidden_layers 40, num_key_value_heads 2, "
        "shared_expert_intermediate_size 512, vocab_size 248320"
    ),
    "qwen3_5_text": (
        "hidden_size 4096, intermediate_size 12288, linear_key_head_dim 128, linear_num_key_heads 16, "
        "linear_num_value_heads 32, linear_value_head_dim 128, num_attention_heads 16, num_hidden_layers "
        "32, num_key_value_heads 4, vocab_size 248320"
    ),
    "qwen3_moe": (
        "hidden_size 2048, intermediate_size 6144, moe_intermediate_size 768, num_attention_heads 32, "
        "num_experts 128, num_experts_per_tok 8, num_hidden_layers 24, num_key_value_heads 4, vocab_size "
        "151936"
    ),
    "qwen3_next": (
        "hidden_size 2048, intermediate_size 5632, linear_key_head_dim 128, linear_num_key_heads 16, "
        "linear_num_value_heads 32, linear_value_head_dim 128, moe_intermediate_size 512, "
        "num_attention_heads 16, num_experts 512, num_experts_per_tok 10, num_hidden_layers 48, "
        "num_key_value_heads 2, shared_expert_intermediate_size 512, vocab_size 151936"
    ),
    "qwen3_vl_moe_text": (
        "hidden_size 2048, intermediate_size 5632, moe_intermediate_size 1408, num_attention_heads 16, "
        "num_experts 60, num_experts_per_tok 4, num_hidden_layers 24, num_key_value_heads 16, vocab_size "
        "151936"
    ),
    "qwen3_vl_text": (
        "hidden_size 4096, intermediate_size 22016, num_attention_heads 32, num_hidden_layers 32, "
        "num_key_value_heads 32, vocab_size 151936"
    ),
    "smollm3": (
        "hidden_size 2048, intermediate_size 11008, num_attention_heads 16, num_hidden_layers 36, vocab_size 128256"
    ),
    "stablelm": (
        "hidden_size 2560, intermediate_size 6912, num_attention_heads 32, num_hidden_layers 32, "
        "num_key_value_heads 32, vocab_size 50304"
    ),
    "glm5_next_text": (
        "hidden_size 4096, intermediate_size 12288, moe_intermediate_size 2048, num_attention_heads 64, "
        "num_key_value_heads 64, num_hidden_layers 45, vocab_size 154880, n_shared_experts 1, n_routed_experts 288, "
        "kv_lora_rank 512, q_lora_rank 1536, qk_nope_head_dim 256, v_head_dim 256, num_experts_per_tok 8"
    ),
    "hyperclovax": (
        "hidden_size 4096, intermediate_size 11008, num_attention_heads 32, num_hidden_layers 32, vocab_size 32000"
    ),
    "minimax_m3_vl_text": (
        "hidden_size 6144, intermediate_size 3072, num_attention_heads 64, num_hidden_layers 60, "
        "num_key_value_heads 4, num_experts_per_tok 4, num_local_experts 128, vocab_size 200064"
    ),
    "mistral4": (
        "hidden_size 4096, intermediate_size 12288, moe_intermediate_size 2048, num_attention_heads 32, "
        "num_key_value_heads 32, num_hidden_layers 36, vocab_size 131072, n_routed_experts 128, kv_lora_rank 256, "
        "q_lora_rank 1024, qk_rope_head_dim 64, v_head_dim 128, qk_nope_head_dim 64, num_experts_per_tok 4"
    ),
    "muse_glimmer_text": (
        "hidden_size 6656, intermediate_size 19968, num_attention_heads 32, num_hidden_layers 52, vocab_size 202048"
    ),
    "persimmon": (
        "hidden_size 4096, intermediate_size 16384, num_attention_heads 64, num_hidden_layers 36, vocab_size 262144"
    ),
    "step3p5": (
        "hidden_size 4096, intermediate_size 11264, moe_intermediate_size 1280, num_attention_heads 64, "
        "num_key_value_heads 8, num_hidden_layers 45, vocab_size 128815, n_routed_experts 288"
    ),
}
#: Sizes by family and field.
CLASS_DEFAULTS: dict[str, dict[str, int]] = {
    kind: {name: int(number) for name, number in (pair.split() for pair in line.split(", "))}
    for kind, line in _LINES.items()
}
