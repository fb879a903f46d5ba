using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Tests;

/// <summary>The app may use only what the official packages have too: the Azure host has neither ASP.NET Core nor anything of ours.</summary>
[Trait("Row", "AZ08")]
public sealed class OfficialApiTests
{
    static readonly string[] OfficialNamespaces =
        ["Microsoft.Azure.Functions.Worker", "Microsoft.DurableTask", "DurableTask.Core", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.DependencyInjection"];

    [Fact]
    public void The_app_refers_to_no_aspnetcore_and_to_no_database()
    {
        var references = typeof(IObjectStore).Assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();

        Assert.Contains("Embedded.Functions", references);
        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => name.StartsWith("SQLitePCLRaw", StringComparison.Ordinal));
    }

    [Fact]
    public void Whatever_it_takes_from_the_embedded_host_is_in_an_official_namespace()
    {
        var used = TypesUsedOf("Embedded.");

        Assert.NotEmpty(used);
        Assert.All(used, type => Assert.Contains(OfficialNamespaces, space => type == space || type.StartsWith(space + ".", StringComparison.Ordinal)));
    }

    static List<string> TypesUsedOf(string assemblyPrefix)
    {
        using var file = new PEReader(File.OpenRead(typeof(IObjectStore).Assembly.Location));
        var metadata = file.GetMetadataReader();
        return
        [
            .. from handle in metadata.TypeReferences
               let type = metadata.GetTypeReference(handle)
               where type.ResolutionScope.Kind == HandleKind.AssemblyReference
               let assembly = metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope)
               where metadata.GetString(assembly.Name).StartsWith(assemblyPrefix, StringComparison.Ordinal)
               select $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}",
        ];
    }
}
