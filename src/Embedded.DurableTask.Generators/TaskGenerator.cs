using System.Collections.Immutable;
using System.Text;
using Embedded.DurableTask.Generators.Checking;
using Embedded.DurableTask.Generators.Reading;
using Embedded.DurableTask.Generators.Writing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Embedded.DurableTask.Generators;

/// <summary>
/// Generates typed extension methods for orchestrators, activities and events, under the names and in the namespaces of
/// Microsoft.DurableTask.Generators. Functions themselves are not generated: the embedded host finds classes at run time.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class TaskGenerator : IIncrementalGenerator
{
    /// <summary>Name of the step that decides what is generated, for those who trace a generator run.</summary>
    public const string ContentStep = "Content";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<ImmutableArray<Declared<TaskClass>>> tasks = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "Microsoft.DurableTask.DurableTaskAttribute",
                static (node, _) => node is ClassDeclarationSyntax,
                ReadTaskClass.From)
            .Where(static task => task is not null)
            .Select(static (task, _) => task!)
            .Collect();
        IncrementalValueProvider<ImmutableArray<Declared<EventType>>> events = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "Microsoft.DurableTask.DurableEventAttribute",
                static (node, _) => node is TypeDeclarationSyntax,
                ReadEventType.From)
            .Where(static type => type is not null)
            .Select(static (type, _) => type!)
            .Collect();
        IncrementalValueProvider<ImmutableArray<DurableFunction>> functions = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "Microsoft.Azure.Functions.Worker.FunctionAttribute",
                static (node, _) => node is MethodDeclarationSyntax,
                static (found, _) => ReadDurableFunction.From(found))
            .Where(static function => function is not null)
            .Select(static (function, _) => function!)
            .Collect();
        IncrementalValueProvider<ProjectKind> project = functions
            .Combine(context.CompilationProvider.Select(static (compilation, _) => ReadProjectKind.ReferencesFunctions(compilation)))
            .Combine(context.AnalyzerConfigOptionsProvider.Select(static (options, _) => ReadProjectKind.Property(options.GlobalOptions)))
            .Select(static (all, _) => ReadProjectKind.From(all.Right, hasFunctions: all.Left.Left.Length > 0, all.Left.Right));

        IncrementalValueProvider<(Declarations All, ProjectKind Project)> declarations = tasks
            .Combine(events)
            .Combine(functions)
            .Select(static (all, _) => new Declarations(all.Left.Left, all.Left.Right, all.Right))
            .Combine(project);

        context.RegisterSourceOutput(declarations, static (output, found) =>
        {
            foreach (Problem problem in Problems.Of(found.All, found.Project))
            {
                output.ReportDiagnostic(problem.ToDiagnostic());
            }
        });

        // A text and not the declarations, whose places change at every edit above them: an equal text is not compiled again.
        IncrementalValueProvider<string> content = declarations
            .Select(static (found, _) => ExtensionsFile.Write(Problems.Without(found.All, found.Project), found.Project))
            .WithTrackingName(ContentStep);

        context.RegisterSourceOutput(content, static (output, text) =>
        {
            if (text.Length > 0)
            {
                output.AddSource("GeneratedDurableTaskExtensions.g.cs", SourceText.From(text, Encoding.UTF8));
            }
        });
    }
}
