namespace BuildSharp.Dockerfiles;

/// <summary>The instructions by name, and the shape each gives its arguments.</summary>
internal static class Keywords
{
    /// <summary>Every instruction, in upper case.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN",
        "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>The same text; of an instruction in upper case, the one string that all of them share.</summary>
    public static string Shared(string keyword)
    {
        foreach (var known in All)
        {
            if (known == keyword)
            {
                return known;
            }
        }

        return keyword;
    }

    /// <summary>The shape of an instruction's arguments.</summary>
    /// <param name="keyword">In upper case.</param>
    public static ArgumentShape ShapeOf(string keyword) => keyword switch
    {
        "FROM" or "EXPOSE" => ArgumentShape.Words,
        "ADD" or "COPY" or "VOLUME" => ArgumentShape.JsonOrWords,
        "RUN" or "CMD" or "ENTRYPOINT" or "SHELL" => ArgumentShape.JsonOrText,
        "MAINTAINER" or "STOPSIGNAL" or "USER" or "WORKDIR" => ArgumentShape.Text,
        "ENV" or "LABEL" => ArgumentShape.Pairs,
        "ARG" => ArgumentShape.QuotedWords,
        "HEALTHCHECK" => ArgumentShape.Health,
        "ONBUILD" => ArgumentShape.Statement,
        _ => ArgumentShape.Unknown,
    };

    /// <summary>Whether heredocs may begin on the instruction's line.</summary>
    public static bool TakesHeredocs(string keyword) => keyword is "RUN" or "COPY" or "ADD";
}

/// <summary>What an instruction makes of the text after its flags.</summary>
internal enum ArgumentShape
{
    Words,
    JsonOrWords,
    JsonOrText,
    Text,
    Pairs,
    QuotedWords,
    Health,
    Statement,
    Unknown,
}
