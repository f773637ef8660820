using BuildSharp.Build.Instructions;
using BuildSharp.Containers.Configuring;
using BuildSharp.Dockerfiles;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Dockerfile instructions as a change of a config, without a build (<c>commit --change</c>).</summary>
public static class ConfigChange
{
    /// <summary>Reads instructions that change nothing but the config.</summary>
    /// <param name="instructions">One instruction each.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <returns>The change: the instructions in their order, variables in them expanded from the config's own.</returns>
    /// <exception cref="DockerfileException">One cannot be parsed, or does more than change the config.</exception>
    public static Func<ImageConfig, ImageConfig> Read(IReadOnlyList<string> instructions, string origin)
    {
        List<Instruction> read = [.. instructions.SelectMany(text => StagePlanner.Read([text], $"{origin} {text}"))];
        foreach (var instruction in read)
        {
            if (instruction is RunInstruction or TransferInstruction or ArgInstruction)
            {
                throw new BuildSharpException(
                    $"{origin}: {instruction.Original}: only instructions that change the configuration can be given here, such as CMD, ENV and LABEL");
            }
        }

        return image => Apply(image, read);
    }

    private static ImageConfig Apply(ImageConfig image, IReadOnlyList<Instruction> instructions)
    {
        var cmdSet = false;
        foreach (var instruction in instructions)
        {
            image = ConfigInstructions.Apply(image, instruction.Expand(name => ImageConfigEditor.GetEnv(image, name)), cmdSet);
            cmdSet |= instruction is CmdInstruction;
        }
        return image;
    }
}
