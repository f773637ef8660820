namespace BuildSharp.Build.Explaining;

/// <summary>The flags of a build that shape its images.</summary>
internal static class ShapingFlags
{
    /// <summary>Those that are given, by their names.</summary>
    /// <param name="request">The build.</param>
    /// <param name="isResult">Whether the step makes the final image, which more flags shape.</param>
    public static IReadOnlyDictionary<string, string> Of(BuildRequest request, bool isResult)
    {
        var settings = new Dictionary<string, string> { ["--format"] = request.Format };
        void Add(string flag, string? value)
        {
            if (value is { Length: > 0 })
            {
                settings[flag] = value;
            }
        }

        void AddPairs(string flag, IEnumerable<KeyValuePair<string, string>> pairs) => Add(flag, string.Join(',', pairs.Select(pair => $"{pair.Key}={pair.Value}")));

        Add("--timestamp", request.Timestamp?.ToString());
        Add("--source-date-epoch", request.SourceDateEpoch?.ToString());
        Add("--rewrite-timestamp", request.RewriteTimestamp ? "true" : null);
        Add("--platform", request.Platform?.ToString());
        Add("--os-version", request.OsVersion);
        Add("--os-feature", string.Join(',', request.OsFeatures));
        Add("--identity-label", request.IdentityLabel?.ToString());
        Add("--inherit-labels", request.InheritLabels ? null : "false");
        Add("--unsetlabel", string.Join(',', request.UnsetLabels));
        Add("--unsetenv", string.Join(',', request.UnsetEnv));
        Add("--mount", string.Concat(request.Mounts.Select(HistoryText.Text)));
        if (!isResult)
        {
            AddPairs("--layer-label", request.LayerLabels);
            return settings;
        }

        AddPairs("--annotation", request.Annotations);
        Add("--unsetannotation", string.Join(',', request.UnsetAnnotations));
        Add("--inherit-annotations", request.InheritAnnotations ? null : "false");
        Add("--created-annotation", request.CreatedAnnotation ? null : "false");
        Add("--squash", request.Squash ? "true" : null);
        return settings;
    }
}
