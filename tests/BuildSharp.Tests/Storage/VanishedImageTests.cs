using BuildSharp.Oci;
using BuildSharp.Storage.Containers;
using BuildSharp.Testing;
using BuildSharp.Tests.Storage.Checking;

namespace BuildSharp.Tests.Storage;

public class VanishedImageTests
{
    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void An_image_that_another_command_removed_is_told_with_what_to_do()
    {
        using var sample = new SampleStore();
        var id = new string('a', 64);

        foreach (var use in new Action[]
        {
            () => sample.Store.Containers.Create(new NewContainer { ImageId = id }),
            () => sample.Store.Images.ReadData(id, "manifest"),
        })
        {
            var error = Assert.Throws<BuildSharpException>(use);

            Assert.Equal($"{id}: image not known: another command has removed it meanwhile; repeat this one", error.Message);
        }
    }
}
