using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary><c>completion SHELL</c>: prints a completion script, which calls this program for the candidates.</summary>
internal sealed class CompletionVerb : SyncVerb
{
    public override string Synopsis => "bash|zsh|fish";

    public override string Summary => "Print a completion script for a shell";

    public override IReadOnlyList<string> Examples => ["completion bash > /etc/bash_completion.d/buildsharp"];

    public override VerbGroup Group => VerbGroup.Additional;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override ArgumentRule Arguments { get; } =
        new(1, "accepts 1 arg(s), received {n}", 1, "accepts 1 arg(s), received {n}");

    public override IReadOnlyList<string> FirstWords { get; } = ["bash", "zsh", "fish"];

    protected override int Run(Invocation call)
    {
        var program = call.Surroundings.Program;
        call.Out.Write(call.Positionals[0] switch
        {
            // Bash parts words at colons and equals signs too, and then replaces only what follows the last of them.
            "bash" => $$"""
                _{{program}}_complete()
                {
                    local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT} last
                    last=${line##*[[:space:]]}
                    COMPREPLY=($({{program}} "[suggest:${#line}]" "$line" 2>/dev/null))
                    [[ $last != *[:=]* ]] || COMPREPLY=("${COMPREPLY[@]#"${last%"${last##*[:=]}"}"}")
                }
                complete -o default -F _{{program}}_complete {{program}}

                """,
            "zsh" => $$"""
                #compdef {{program}}
                _{{program}}()
                {
                    local line="${(j: :)words[1,CURRENT]}"
                    local -a candidates
                    candidates=("${(@f)$({{program}} "[suggest:${#line}]" "$line" 2>/dev/null)}")
                    [[ -n ${candidates[1]} ]] && compadd -a candidates || _files
                }
                compdef _{{program}} {{program}}

                """,
            "fish" => $$"""
                complete -c {{program}} -a '({{program}} "[suggest]" (commandline -cp) 2>/dev/null)'

                """,
            var other => throw new BuildSharpException(
                $"{GoQuoting.Quote(other)}: there is a completion script for bash, zsh and fish"),
        });
        return 0;
    }
}
