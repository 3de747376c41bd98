"""Fields of configurations that change no matrix, no multiplication and no cache entry, in whatever family."""

from __future__ import annotations

#: Fields without effect on a count (see also :func:`is_harmless`).
NOT_COUNTED = frozenset(
    name
    for line in (
        # what is written by Hugging Face transformers into every file
        "architectures attn_implementation auto_map bad_words_ids begin_suppress_tokens bos_token_id",
        "chunk_size_feed_forward decoder_start_token_id diversity_penalty do_sample dtype early_stopping",
        "encoder_no_repeat_ngram_size eos_token_id exponential_decay_length_penalty finetuning_task",
        "forced_bos_token_id forced_eos_token_id id2label initializer_range is_decoder label2id length_penalty",
        "max_length min_length model_name no_repeat_ngram_size num_beam_groups num_beams num_labels",
        "num_return_sequences output_attentions output_hidden_states output_scores pad_token_id prefix problem_type",
        "quantization_config compression_config remove_invalid_values repetition_penalty return_dict",
        "return_dict_in_generate sep_token_id suppress_tokens task_specific_params temperature tf_legacy_loss",
        "tokenizer_class top_k top_p torch_dtype torchscript transformers_version typical_p use_bfloat16 use_cache",
        "use_return_dict generation_config n_special output_past predict_special_tokens tie_encoder_decoder",
        # activations, positions and the scale of numbers
        "activation_function attn_logit_softcapping attn_scale attention_multiplier attn_temperature_tuning",
        "embedding_multiplier emb_scale final_logit_softcapping floor_scale hidden_act hidden_activation",
        "layer_norm_eps layer_norm_epsilon layernorm_epsilon logit_scale logits_scaling max_position_embeddings",
        "initial_context_length mscale norm_eps norm_epsilon original_max_position_embeddings partial_rotary_factor",
        "query_pre_attn_scalar residual_multiplier rms_norm_eps rope_interleave rope_interleaved rope_local_base_freq",
        "rope_parameters rope_percent rope_pct rope_scaling rope_theta rotary_dim rotary_emb_base rotary_pct",
        "scale_attn_by_inverse_layer_idx scale_attn_weights scale_emb scale_depth dim_model_base",
        "swiglu_alpha swiglu_limit use_scaled_rope rope_ratio no_rope_layers no_rope_layer_interval",
        "attention_in_multiplier attention_out_multiplier key_multiplier lm_head_multiplier mlp_multipliers",
        "ssm_in_multiplier ssm_multipliers ssm_out_multiplier",
        # how a state is computed
        "chunk_size mamba_chunk_size mamba_ssm_cache_dtype mamba_ssm_dtype ssm_cache_dtype num_logits_to_keep",
        "rescale_prenorm_residual residual_in_fp32 time_step_floor time_step_init_scheme time_step_limit",
        "time_step_max time_step_min time_step_scale use_associative_scan use_falcon_mambapy use_mamba_kernels",
        "use_mambapy",
        # training and the choice of experts
        "attention_dropout aux_loss_alpha embd_pdrop ep_size norm_topk_prob output_router_logits pretraining_tp",
        "reorder_and_upcast_attn resid_pdrop routed_scaling_factor router_aux_loss_coef router_jitter_noise",
        "router_scaling_factor",
        "router_z_loss_coef scoring_func seq_aux topk_method use_grouped_mm initializer_cutoff_factor",
        "gradient_checkpointing use_flash_attn flash_attn use_flash_attention sequence_parallel fp32_router",
        # other programs
        "name num_image_tokens use_mrope",
        "is_llama_config summary_activation summary_first_dropout summary_proj_to_labels summary_type",
        "summary_use_proj image_token_index mlx_lm quantization neuron vocab_file onnx sparsity_config fp16 bf16 fp32",
        "attn_impl kv_cache_dtype model_max_length tokenizer_model_max_length max_new_tokens trust_remote_code",
        "attention_softmax_in_fp32 softmax_in_fp32 use_dynamic_ntk use_logn_attn dual_chunk_attention_config",
    )
    for name in line.split()
)
#: Beginnings and endings of names that say that a field is a note, a setting of another program, or noise in training.
HARMLESS_BEGINNINGS = ("_", "transformers.js", "unsloth")
HARMLESS_ENDINGS = ("dropout", "dropout_prob", "_pdrop", "_dropout_p", "_token_id", "_token_ids", "_version")


def is_harmless(field: str) -> bool:
    """Whether a field changes no count whatever its value.

    >>> is_harmless("rope_theta"), is_harmless("classifier_dropout"), is_harmless("num_experts")
    (True, True, False)
    """
    return field in NOT_COUNTED or field.startswith(HARMLESS_BEGINNINGS) or field.endswith(HARMLESS_ENDINGS)
