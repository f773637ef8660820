using BuildSharp.Build.Instructions;
using BuildSharp.Containers.Configuring;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Applies Dockerfile instructions to an image config without a build (<c>commit --change</c>).</summary>
public static class ConfigChange
{
    /// <summary>Parses instructions that change only the config.</summary>
    /// <param name="instructions">One instruction each.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <returns>A function that applies the instructions in order; variables are expanded from the config's environment.</returns>
    /// <exception cref="DockerfileException">An instruction is invalid, or does more than change the config.</exception>
    public static Func<ImageConfig, ImageConfig> Read(IReadOnlyList<string> instructions, string origin)
    {
        List<Instruction> read = [.. instructions.SelectMany(text => StagePlanner.Read([text], $"{origin} {text}"))];
        foreach (var instruction in read)
        {
            if (instruction is RunInstruction or AddOrCopyInstruction or ArgInstruction)
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
