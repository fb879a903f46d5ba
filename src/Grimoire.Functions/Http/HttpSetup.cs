using Grimoire.Functions.Dashboard;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Http;

static class HttpSetup
{
    /// <summary>Registers what the HTTP functions share, and what answers when one of them throws.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    public static void AddHttpApi(this FunctionsApplicationBuilder builder)
    {
        builder.UseWhen<RateLimitHeaders>(HttpFailures.Concerns);
        builder.UseWhen<HttpFailures>(HttpFailures.Concerns);
        builder.UseWhen<Authenticate>(HttpFailures.Concerns);
        builder.UseWhen<QueryCheck>(HttpFailures.Concerns);
        builder.Services.AddSingleton<DashboardAssets>();
        builder.Services.AddSingleton<CastStarts>();
        builder.Services.AddSingleton<CastReading>();
        builder.Services.AddSingleton<CastListing>();
        builder.Services.AddSingleton<CookFolds>();
        builder.Services.AddSingleton<CookViews>();
        builder.Services.AddSingleton<CookRequests>();
        builder.Services.AddSingleton<PieceRows>();
        builder.Services.AddSingleton<PieceArtifacts>();
        builder.Services.AddSingleton<ArtifactArchive>();
        builder.Services.AddSingleton<CookRetries>();
        builder.Services.AddSingleton<LetterSelection>();
        builder.Services.AddSingleton<LetterRedriver>();
        builder.Services.AddSingleton<EventIndexes>();
        builder.Services.AddSingleton<EventFeed>();
        builder.Services.AddSingleton(OpsOptions.From(builder.Configuration));
        builder.Services.AddSingleton<StalledSteps>();
        builder.Services.AddSingleton<OpenQuestions>();
        builder.Services.AddSingleton<SpellReview>();
    }
}
