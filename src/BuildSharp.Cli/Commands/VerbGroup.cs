namespace BuildSharp.Cli.Commands;

/// <summary>Under which heading the root help lists a verb.</summary>
internal enum VerbGroup
{
    Image,
    Container,
    Registry,
    System,
    Additional,
}
