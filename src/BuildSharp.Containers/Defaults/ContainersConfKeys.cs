namespace BuildSharp.Containers.Defaults;

/// <summary>The known keys of containers.conf, by how they are treated.</summary>
internal static class ContainersConfKeys
{
    /// <summary>Supported keys with one value.</summary>
    private static readonly HashSet<string> Scalars = new(StringComparer.Ordinal)
    {
        "containers.base_hosts_file", "containers.cgroupns", "containers.container_name_as_hostname", "containers.host_containers_internal_ip",
        "containers.ipcns", "containers.netns", "containers.pidns", "containers.shm_size", "containers.utsns", "engine.image_copy_tmp_dir",
        "engine.retry", "engine.retry_delay", "engine.runtime", "network.default_network", "network.default_rootless_network_cmd", "network.default_subnet",
        "network.firewall_driver", "network.network_config_dir",
    };

    /// <summary>Supported keys with a list.</summary>
    private static readonly HashSet<string> Lists = new(StringComparer.Ordinal)
    {
        "containers.default_capabilities", "containers.default_sysctls", "containers.default_ulimits", "containers.devices",
        "containers.dns_options", "containers.dns_searches", "containers.dns_servers", "containers.volumes", "engine.cdi_spec_dirs",
        "engine.env", "engine.helper_binaries_dir", "network.pasta_options",
    };

    /// <summary>Keys that other tools use, such as podman, but buildah does not.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "containers.annotations", "containers.apparmor_profile", "containers.cgroup_conf", "containers.cgroups", "containers.env",
        "containers.env_host", "containers.http_proxy", "containers.init", "containers.init_path", "containers.interface_name",
        "containers.keyring", "containers.label", "containers.label_users", "containers.log_driver", "containers.log_path",
        "containers.log_size_max", "containers.log_tag", "containers.mounts", "containers.no_hosts", "containers.oom_score_adj",
        "containers.pids_limit", "containers.prepare_volume_on_create", "containers.privileged", "containers.read_only",
        "containers.rootless_networking", "containers.seccomp_profile", "containers.tz", "containers.umask", "containers.userns",
        "containers.userns_size", "engine.active_service", "engine.add_compression", "engine.cgroup_check",
        "engine.cgroup_manager", "engine.chown_copied_files", "engine.compat_api_enforce_docker_hub", "engine.compose_providers",
        "engine.compose_warning_logs", "engine.compression_format", "engine.compression_level", "engine.conmon_env_vars",
        "engine.conmon_path", "engine.conmonrs_path", "engine.database_backend", "engine.detach_keys", "engine.enable_port_reservation",
        "engine.events_container_create_inspect_data", "engine.events_logfile_max_size", "engine.events_logfile_path",
        "engine.events_logger", "engine.exit_command_delay", "engine.healthcheck_events", "engine.hooks_dir",
        "engine.image_build_format", "engine.image_default_format", "engine.image_default_transport", "engine.image_parallel_copies",
        "engine.image_volume_mode", "engine.infra_command", "engine.infra_image", "engine.init_path", "engine.kube_generate_type",
        "engine.lock_type", "engine.multi_image_archive", "engine.namespace", "engine.network_cmd_options", "engine.network_cmd_path",
        "engine.no_pivot_root", "engine.num_locks", "engine.platform", "engine.pod_exit_policy", "engine.podmansh_timeout",
        "engine.pull_policy", "engine.remote", "engine.remote_identity", "engine.remote_uri", "engine.runtime_path",
        "engine.runtime_supports_json", "engine.runtime_supports_kvm", "engine.runtime_supports_nocgroup",
        "engine.runtime_supports_nocgroups", "engine.service_timeout", "engine.ssh_config", "engine.static_dir", "engine.stop_timeout",
        "engine.tmp_dir", "engine.volume_path", "engine.volume_plugin_timeout",
    };

    /// <summary>Tables that buildah does not use. Names in the innermost tables are chosen by the user.</summary>
    private static readonly string[] TablesWithoutEffect =
    [
        "configmaps.", "engine.platform_to_oci_runtime.", "engine.runtimes_flags.", "engine.service_destinations.", "engine.volume_plugins.",
        "farms.", "machine.", "network.", "podmansh.", "secrets.",
    ];

    /// <summary>Prefix of <see cref="IsRuntime"/> keys.</summary>
    public const string Runtimes = "engine.runtimes.";

    public static bool IsScalar(string key) => Scalars.Contains(key);

    public static bool IsList(string key) => Lists.Contains(key);

    /// <summary>Whether the key lists the paths of a runtime.</summary>
    public static bool IsRuntime(string key) => key.StartsWith(Runtimes, StringComparison.Ordinal);

    public static bool IsWithoutEffect(string key) =>
        WithoutEffect.Contains(key) || Array.Exists(TablesWithoutEffect, table => key.StartsWith(table, StringComparison.Ordinal));
}
