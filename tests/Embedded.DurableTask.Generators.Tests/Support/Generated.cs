using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Embedded.DurableTask.Generators.Tests.Support;

/// <summary>What the generator makes of a project of the given files.</summary>
sealed class Generated
{
    const string Usings = """
        #nullable enable
        using System;
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using Microsoft.Azure.Functions.Worker;
        using Microsoft.DurableTask;
        using Microsoft.DurableTask.Client;
        using Microsoft.DurableTask.Entities;

        """;

    static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(file => !Path.GetFileName(file).StartsWith("Embedded.DurableTask.Generators", StringComparison.Ordinal))
            .Select(file => MetadataReference.CreateFromFile(file)),
        Library("Functions", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "FunctionAttributes.cs"))),
    ];

    Generated(GeneratorDriver driver, Compilation project)
    {
        Driver = driver.RunGeneratorsAndUpdateCompilation(project, out Compilation complete, out ImmutableArray<Diagnostic> reported);
        Project = project;
        Complete = complete;
        Reported = reported;
    }

    public GeneratorDriver Driver { get; }

    /// <summary>The project without what was generated.</summary>
    public Compilation Project { get; }

    public Compilation Complete { get; }

    public ImmutableArray<Diagnostic> Reported { get; }

    /// <summary>The generated file; empty if there is none.</summary>
    public string Text => Driver.GetRunResult().GeneratedTrees.SingleOrDefault()?.ToString() ?? string.Empty;

    /// <summary>What the compiler says if it may warn about generated code too.</summary>
    public IEnumerable<string> CompilerMessages => Project
        .AddSyntaxTrees(Parse(Text.Replace("#pragma warning disable", string.Empty, StringComparison.Ordinal), "Generated.cs"))
        .GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
        .Select(diagnostic => diagnostic.ToString());

    public static Generated From(params string[] files) => From(string.Empty, [], files);

    public static Generated InProject(string kind, params string[] files) => From(kind, [], files);

    public static Generated WithReference(string assembly, params string[] files) => From(string.Empty, [Library(assembly, string.Empty)], files);

    static Generated From(string kind, ImmutableArray<MetadataReference> more, string[] files)
    {
        var project = CSharpCompilation.Create(
            "App",
            files.Select((text, index) => ProjectFile(text, $"File{index}.cs")),
            References.AddRange(more),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                // The files have no documentation; that of the generated code is checked nevertheless.
                specificDiagnosticOptions: [new("CS1591", ReportDiagnostic.Suppress)],
                nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new TaskGenerator().AsSourceGenerator()],
            parseOptions: Parsing,
            optionsProvider: new Options(kind),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return new Generated(driver, project);
    }

    /// <summary>The same project with another text in its last file.</summary>
    public Generated Edit(string text)
    {
        SyntaxTree old = Project.SyntaxTrees.Last();
        return new Generated(Driver, Project.ReplaceSyntaxTree(old, ProjectFile(text, old.FilePath)));
    }

    /// <summary>The generated methods of a namespace, as they are declared.</summary>
    public IEnumerable<string> Methods(string home) => (Complete
        .GetTypeByMetadataName($"{home}.GeneratedDurableTaskExtensions")?.GetMembers() ?? [])
        .OfType<IMethodSymbol>()
        .Select(method => $"{SyntaxFacts.GetText(method.DeclaredAccessibility)} {method.ToDisplayString(Signature)}");

    static readonly SymbolDisplayFormat Signature = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType)
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    static SyntaxTree ProjectFile(string text, string path) => Parse(Usings + text, path);

    static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, Parsing, path);

    static PortableExecutableReference Library(string name, string text)
    {
        var library = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText("using System;\n" + text)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success);
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    sealed class Options(string kind) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(kind);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    sealed class Values(string kind) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = key == "build_property.DurableTaskGeneratorProjectType" && kind.Length > 0 ? kind : null;
            return value is not null;
        }
    }
}
