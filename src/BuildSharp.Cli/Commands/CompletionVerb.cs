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

    public override bool Hidden => true;

    protected override int Run(Invocation call)
    {
        var program = call.Surroundings.Program;
        call.Out.Write(call.Positionals[0] switch
        {
            "bash" => $$"""
                _{{program}}_complete()
                {
                    local IFS=$'\n'
                    COMPREPLY=($(compgen -o default -W "$({{program}} "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
                }
                complete -o default -F _{{program}}_complete {{program}}

                """,
            "zsh" => $$"""
                #compdef {{program}}
                _{{program}}()
                {
                    local -a candidates
                    candidates=("${(@f)$({{program}} "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                    compadd -a candidates || _files
                }
                compdef _{{program}} {{program}}

                """,
            "fish" => $$"""
                complete -c {{program}} -a '({{program}} "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'

                """,
            var other => throw new BuildSharpException(
                $"{GoQuoting.Quote(other)}: there is a completion script for bash, zsh and fish"),
        });
        return 0;
    }
}
