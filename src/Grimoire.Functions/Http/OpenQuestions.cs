using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>A question that waits for an answer, with the cast that asks.</summary>
/// <param name="CastId">What is answered is a step of it.</param>
/// <param name="SpellVersion">Null for a spell that came with the request.</param>
/// <param name="CastStatus">A cast that is paused takes answers too.</param>
/// <param name="Name">Of the step, for people.</param>
public sealed record AskedQuestion(
    string CastId, string? Spell, int? SpellVersion, CastStatus CastStatus, string Step, string? Name, int? Item, string Question, DateTimeOffset Since, DateTimeOffset Until);

/// <param name="Continuation">For the next page; null on the last one.</param>
public sealed record QuestionPage(IReadOnlyList<AskedQuestion> Approvals, string? Continuation);

/// <summary>Finds what people are asked: which casts wait for an answer is in what their orchestrations say of themselves, and what they ask in their journals.</summary>
public sealed class OpenQuestions(Journal journal)
{
    /// <summary>Casts newest first, as all lists, sub-casts among them, and behind them the pieces of cooks.</summary>
    /// <param name="client">The engine's.</param>
    /// <param name="account">Whose casts.</param>
    /// <param name="top">How many casts a page has at most.</param>
    /// <param name="continuation">Where the page before ended.</param>
    /// <param name="cancellation">The caller has gone.</param>
    public async Task<QuestionPage> ListAsync(DurableTaskClient client, string account, int top, string? continuation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var query = new OrchestrationQuery(
            Statuses: [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended], FetchInputsAndOutputs: true, ContinuationToken: continuation);
        var (found, next) = await InstancePages
            .FindAsync(client, query, [CastIds.Prefix(account), CookIds.AllPiecesPrefix(account)], top, instance => OfAsync(instance, cancellation), cancellation)
            .ConfigureAwait(false);
        return new QuestionPage([.. found.SelectMany(questions => questions)], next);
    }

    /// <summary>Null if it asks nothing.</summary>
    async ValueTask<IReadOnlyList<AskedQuestion>?> OfAsync(OrchestrationMetadata instance, CancellationToken cancellation)
    {
        if (instance.Name != nameof(CastSpell) || CastReading.ReportOf(instance) is not { } report || report.Running.All(step => step.WaitsFor != WaitReason.Approval))
        {
            return null;
        }

        var names = report.Running.ToDictionary(step => step.Id, step => step.Name);
        var asked = OpenQuestion.In(await journal.ReadAllAsync(instance.InstanceId, cancellation).ConfigureAwait(false));
        return asked.Count == 0 ? null : [.. asked.Select(question => new AskedQuestion(
            instance.InstanceId, report.Spell, report.Version, CastReading.StatusOf(instance, report), question.Step, names.GetValueOrDefault(question.Step), question.Item, question.Question, question.AskedAt, question.Until))];
    }
}
