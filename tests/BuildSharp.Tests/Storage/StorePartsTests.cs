using System.Reflection;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;

namespace BuildSharp.Tests.Storage;

public class StorePartsTests
{
    [Fact]
    public void A_part_of_the_store_knows_only_parts_below_it()
    {
        Type[] parts = [typeof(LayerStore), typeof(ImageStore), typeof(ManifestListStore), typeof(ContainerStore), typeof(ContainerCommits), typeof(ContainerAdoptions)];
        for (var index = 0; index < parts.Length; index++)
        {
            Assert.DoesNotContain(FieldsOf(parts[index]), field => parts.Skip(index).Contains(field.FieldType));
        }
    }

    [Fact]
    public void Only_the_check_of_a_store_is_given_all_of_it()
    {
        var holders = typeof(Store).Assembly.GetTypes().Where(type => FieldsOf(type).Any(field => field.FieldType.Name == "StoreSession"));

        // The compiler's own classes carry what lambdas use.
        Assert.Equal(
            ["Store", "StoreCheck", "StoreExamination", "StoreRepair"],
            holders.Where(type => !type.IsNested).Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    private static FieldInfo[] FieldsOf(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}
